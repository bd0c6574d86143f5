// Typed arrays in JSON, as base64: a replacer and a reviver that work alike in Node and in a page.

import { fromBase64, toBase64 } from '../base64.ts';

/** For `JSON.parse`. */
export function decodeValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('typedArray' in value) || !('base64' in value)) {
    return value;
  }
  const bytes = fromBase64(String(value.base64));
  const Constructor = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>)[
    String(value.typedArray)
  ];
  return Constructor ? new Constructor(bytes.buffer) : bytes;
}

/** For `JSON.stringify`. */
export function encodeValue(_key: string, value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  return { typedArray: value.constructor.name, base64: toBase64(value) };
}
