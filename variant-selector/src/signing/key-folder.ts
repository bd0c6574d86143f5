// The service's secrets in a folder: two ECDSA P-256 keys (current and next) and the secret of telemetry tokens.
// Created on first start, readable by the owner alone. Never leaves the machine; only public keys are given out.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeySet } from '@everypath/schema';
import { uniqueSuffix } from '../random.ts';

export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly jwk: KeySet['keys'][number];
}

export interface ServiceKeys {
  /** Signs. */
  readonly current: SigningKey;
  /** Signs after the next rotation; given out now, so that clients already trust it by then. */
  readonly next: SigningKey;
  readonly telemetrySecret: Uint8Array;
}

/** Reads the keys, making those that are missing. Safe when two processes start at once: the first file wins. */
export async function openKeyFolder(folder: string): Promise<ServiceKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    current: readKey(await readOrCreate(join(folder, 'current.pem'), createKey)),
    next: readKey(await readOrCreate(join(folder, 'next.pem'), createKey)),
    telemetrySecret: Buffer.from(
      await readOrCreate(join(folder, 'telemetry.secret'), () => randomBytes(32).toString('base64')),
      'base64',
    ),
  };
}

/** The next key becomes the current one and a new next one is made. Takes effect when the folder is opened again. */
export async function rotateKeys(folder: string): Promise<ServiceKeys> {
  await openKeyFolder(folder);
  await rename(join(folder, 'next.pem'), join(folder, 'current.pem'));
  return openKeyFolder(folder);
}

async function readOrCreate(path: string, create: () => string): Promise<string> {
  const existing = await readFile(path, 'utf8').catch(ignoreMissing);
  if (existing !== null) return existing;
  const temporary = `${path}.${uniqueSuffix()}.part`;
  try {
    await writeFile(temporary, create(), { mode: 0o600, flag: 'wx', flush: true });
    await chmod(temporary, 0o600);
    // A link appears whole, and fails where another process was first.
    await link(temporary, path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  return readFile(path, 'utf8');
}

function ignoreMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

const createKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

function readKey(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  const { x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined || y === undefined) throw new Error('the signing key is not on the curve P-256');
  // RFC 7638: the key's thumbprint names it.
  const keyId = createHash('sha256')
    .update(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }))
    .digest('base64url');
  return { keyId, privateKey, jwk: { kid: keyId, kty: 'EC', crv: 'P-256', x, y } };
}
