// Decides whether a signed manifest may be believed. The signature is checked over the exact bytes before they are
// parsed, and what they say must be what was asked for.

import type { IsaLevel, Issue, KeySet, Manifest, SignedText, TargetName } from '@everypath/schema';
import { decodeBase64 } from './base64.ts';
import { IntegrityError } from './errors.ts';
import { subtle } from './hash.ts';
import { isaCovers } from './isa.ts';

export type PublicKey = KeySet['keys'][number];

/** What the manifest must be about. */
export interface Expectation {
  readonly tag: string;
  readonly target: TargetName;
  readonly isaLevel: IsaLevel;
  readonly variant: string | undefined;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

async function isSigned(key: PublicKey, signature: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>) {
  const { kty, crv, x, y } = key;
  try {
    const imported = await subtle().importKey('jwk', { kty, crv, x, y }, ALGORITHM, false, ['verify']);
    return await subtle().verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, signature, bytes);
  } catch {
    return false; // not a point of the curve, or not 64 bytes
  }
}

/** The manifest inside, once its signature is proven. Throws `IntegrityError`; `keysFrom` says where keys come from. */
export async function openManifest(
  signed: SignedText,
  keys: readonly PublicKey[],
  keysFrom: string,
): Promise<Manifest> {
  const bytes = decodeBase64(signed?.manifest);
  const signature = decodeBase64(signed?.signature);
  const key = keys.find((candidate) => candidate.kid === signed.keyId);
  if (!key) {
    throw new IntegrityError(
      `the manifest is signed with key '${signed.keyId}', which this client does not trust (${keysFrom}). ` +
        'Trust the new key only if the service changed it on purpose.',
    );
  }
  if (signature.length !== 64 || !(await isSigned(key, signature, bytes))) {
    throw new IntegrityError(
      `the manifest's signature is wrong for key '${signed.keyId}' (${keysFrom}): it was changed on its way, ` +
        'or the service has a new key under the same name',
    );
  }
  return JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
}

/** What came beside the manifest: told to people and sent back with telemetry, never run. */
export function readIssue(issue: Issue | undefined): Issue {
  const { reason, cause, decisionId, predictedNs, telemetryToken } = issue ?? {};
  if (!reason || !cause || typeof decisionId !== 'string' || typeof telemetryToken !== 'string')
    throw new IntegrityError('the service did not say why it chose this variant: is it an older one?');
  return { reason, cause, decisionId, predictedNs: predictedNs ?? null, telemetryToken };
}

/** Refuses a genuine manifest that answers another question. */
export function assertAnswers(manifest: Manifest, expected: Expectation): void {
  const wrong = (what: string, is: unknown, asked: unknown): IntegrityError =>
    new IntegrityError(`the manifest is for ${what} ${is}, not ${asked}: an answer to another request`);
  if (manifest.version !== 2) {
    throw new IntegrityError(`the manifest has version ${manifest.version}; this client knows 2: update it`);
  }
  if (manifest.tag !== expected.tag) throw wrong('function', manifest.tag, expected.tag);
  if (manifest.target !== expected.target) throw wrong('target', manifest.target, expected.target);
  if (expected.variant !== undefined && manifest.variant !== expected.variant) {
    throw wrong('variant', manifest.variant, expected.variant);
  }
  if (!isaCovers(expected.isaLevel, manifest.isaLevel))
    throw wrong('level', manifest.isaLevel, expected.isaLevel);
  if (!/^[0-9a-f]{64}$/.test(manifest.sha256)) throw wrong('hash', manifest.sha256, 'a SHA-256');
}
