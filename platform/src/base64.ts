// Bytes as base64 text. Works alike in Node and in a page.

/** Of any view. */
export function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  if (typeof Buffer === 'function')
    return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let text = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(text);
}

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  typeof Buffer === 'function'
    ? Uint8Array.from(Buffer.from(text, 'base64'))
    : Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
