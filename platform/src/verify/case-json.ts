// Cases as JSON text, with what JSON itself would lose: bytes, big integers, and the floats that have no decimal form.
// Works alike in Node and in a page.

import { fromBase64, toBase64 } from '../base64.ts';

/** For `JSON.stringify`. */
export function encodeCase(this: unknown, key: string, seen: unknown): unknown {
  // `Buffer` turns itself into JSON before it gets here: the holder still has it.
  const value = (this as Record<string, unknown>)[key] ?? seen;
  if (typeof value === 'bigint') return { $integer: String(value) };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $float: Object.is(value, -0) ? '-0' : String(value) };
  if (!ArrayBuffer.isView(value)) return value;
  return { $bytes: toBase64(value) };
}

/** For `JSON.parse`. Bytes come back as `Uint8Array`, whatever view they had. */
export function decodeCase(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$integer' in value) return BigInt(String(value.$integer));
  if ('$float' in value) return Number(value.$float);
  if ('$bytes' in value) return fromBase64(String(value.$bytes));
  return value;
}
