// SHA-256 as hex, by the Web Crypto that Node and browsers share.

import { UnsupportedError } from './errors.ts';

/** The platform's cryptography; absent on web pages that were not loaded over HTTPS or from localhost. */
export function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle;
  if (!found) throw new UnsupportedError('no Web Crypto here: serve the page over HTTPS, or from localhost');
  return found;
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await subtle().digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
