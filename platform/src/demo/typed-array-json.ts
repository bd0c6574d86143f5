// Typed arrays in JSON, as base64: a replacer and a reviver that work alike in Node and in a page.

/** For `JSON.parse`. */
export function decodeValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('typedArray' in value) || !('base64' in value)) {
    return value;
  }
  const bytes = Uint8Array.from(atob(String(value.base64)), (character) => character.charCodeAt(0));
  const Constructor = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>)[
    String(value.typedArray)
  ];
  return Constructor ? new Constructor(bytes.buffer) : bytes;
}

/** For `JSON.stringify`. */
export function encodeValue(_key: string, value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  let text = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return { typedArray: value.constructor.name, base64: btoa(text) };
}
