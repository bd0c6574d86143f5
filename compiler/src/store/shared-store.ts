// Products that builds on several machines share: content by its SHA-256, and which content a key has. Where it is kept
// is the caller's; what comes from there is believed only when its hash is right.

import { sha256 } from './fingerprint.ts';

/** Named bytes that outlive this machine, e.g. a bucket. Writers may come at the same time with the same bytes. */
export interface SharedStore {
  /** Undefined where there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
}

export interface SharedProduct {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

const keyName = (key: string): string => `keys/${key}`;
const contentName = (digest: string): string => `blobs/${digest}`;

/** The content of a key; undefined when it is not there, cut or altered. */
export async function readShared(store: SharedStore, key: string): Promise<SharedProduct | undefined> {
  const line = await store.read(keyName(key));
  if (!line) return undefined;
  const digest = new TextDecoder().decode(line).trim();
  const bytes = await readSharedContent(store, digest);
  return bytes && { bytes, sha256: digest };
}

/** Content by its hash; undefined when it is not there, cut or altered. */
export async function readSharedContent(store: SharedStore, digest: string): Promise<Uint8Array | undefined> {
  if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
  const bytes = await store.read(contentName(digest));
  return bytes && sha256(bytes) === digest ? bytes : undefined;
}

/** The content goes first: a key never names what is not there yet. */
export async function writeShared(store: SharedStore, key: string, product: SharedProduct): Promise<void> {
  await store.write(contentName(product.sha256), product.bytes);
  await store.write(keyName(key), new TextEncoder().encode(`${product.sha256}\n`));
}
