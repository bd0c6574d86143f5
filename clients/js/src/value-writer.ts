// What writing one `ep_value` means: the two halves of a writer, and the words that all kinds share.

import type { Type } from '@everypath/schema';
import type { Cursor } from './arena.ts';
import { ArgumentError } from './errors.ts';
import { alignTo16, VALUE } from './layout.ts';
import { typeText, valueText } from './values.ts';

/** Where a check stands: which parameter, and which named lengths are bound so far. */
export interface CheckContext {
  /** `argument 'x'`, or `argument 'x'[2]` inside it. */
  parameter: string;
  readonly dims: Map<string, { readonly length: number; readonly parameter: string }>;
  /** Whether arrays need room in the arena. */
  readonly copies: boolean;
}

export interface ValueWriter {
  check(value: unknown, context: CheckContext): number;
  write(value: unknown, offset: number, cursor: Cursor): void;
}

/** The error for a value that is not of its type. */
export const mismatch = (type: Type, value: unknown, { parameter }: CheckContext, more = ''): ArgumentError =>
  new ArgumentError(
    parameter,
    `argument '${parameter}': expected ${typeText(type)}, got ${valueText(value)}${more}`,
  );

/** All words before the shape; the value itself is written after. */
export function writeHead(view: DataView, offset: number, kind: number, dtype: number, rank: number): void {
  view.setUint32(offset, kind, true);
  view.setUint32(offset + VALUE.dtype, dtype, true);
  view.setUint32(offset + VALUE.rank, rank, true);
  view.setUint32(offset + VALUE.flags, 0, true);
  // Eight zero bytes each, in one store.
  view.setFloat64(offset + VALUE.as, 0, true);
  view.setFloat64(offset + VALUE.size, 0, true);
  view.setFloat64(offset + VALUE.owner, 0, true);
}

/** A safe integer as 64 bits, without a BigInt. */
export function writeWord(view: DataView, offset: number, word: number): void {
  view.setUint32(offset, word >>> 0, true);
  view.setInt32(offset + 4, Math.floor(word / 0x100000000), true);
}

/** Where the program finds the data: in place, or in the arena. */
export function place(data: ArrayBufferView, cursor: Cursor): number {
  const { arena, view, top } = cursor;
  if (!arena.copies) return arena.addressOf(data);
  new Uint8Array(view.buffer, view.byteOffset + top, data.byteLength).set(
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  cursor.top += alignTo16(data.byteLength);
  return arena.base + top;
}
