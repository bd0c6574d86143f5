// Base64 to bytes, strictly: a manifest has one spelling only.

import { IntegrityError } from './errors.ts';

/** Decodes padded base64. Throws `IntegrityError` for anything else. */
export function decodeBase64(text: unknown): Uint8Array<ArrayBuffer> {
  if (typeof text === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0) {
    const binary = atob(text);
    // Unused bits in the last digit would give the same bytes a second spelling.
    if (btoa(binary) === text) return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  }
  throw new IntegrityError('the service sent no base64; is its address right?');
}
