// Writes JavaScript values as `ep_value` by a signature's types. Each type becomes a writer with two halves: `check`
// refuses what is not of the type, and says how many bytes beyond the value itself it needs; `write` then cannot fail.

import type { Type } from '@everypath/schema';
import type { Cursor } from './arena.ts';
import { alignTo16, KIND, VALUE } from './layout.ts';
import { type CheckContext, mismatch, type ValueWriter, writeHead, writeWord } from './value-writer.ts';
import { arrayWriter, imageWriter } from './write-array.ts';
import { bool, bytes, float, int, none, scalarWriter, str } from './write-scalar.ts';

/** Items laid out as consecutive `ep_value`s in the arena. */
function writeItems(
  items: readonly (readonly [ValueWriter, unknown])[],
  kind: number,
  size: number,
  offset: number,
  cursor: Cursor,
): void {
  const start = cursor.top;
  cursor.top += alignTo16(items.length * VALUE.bytes);
  writeHead(cursor.view, offset, kind, 0, 0);
  writeWord(cursor.view, offset + VALUE.as, cursor.arena.base + start);
  writeWord(cursor.view, offset + VALUE.size, size);
  items.forEach(([writer, item], index) => {
    writer.write(item, start + index * VALUE.bytes, cursor);
  });
}

function checkItems(items: readonly (readonly [ValueWriter, unknown])[], context: CheckContext): number {
  const { parameter } = context;
  let total = alignTo16(items.length * VALUE.bytes);
  items.forEach(([writer, item], index) => {
    context.parameter = `${parameter}[${index}]`;
    total += writer.check(item, context);
  });
  context.parameter = parameter;
  return total;
}

function tupleWriter(type: Type & { kind: 'tuple' }): ValueWriter {
  const writers = type.items.map(writerFor);
  const pairs = (value: unknown) =>
    writers.map((writer, index) => [writer, (value as unknown[])[index]] as const);
  return {
    check(value, context) {
      if (!Array.isArray(value)) throw mismatch(type, value, context);
      if (value.length !== writers.length) throw mismatch(type, value, context);
      return checkItems(pairs(value), context);
    },
    write: (value, offset, cursor) => writeItems(pairs(value), KIND.tuple, writers.length, offset, cursor),
  };
}

function listWriter(type: Type & { kind: 'list' }): ValueWriter {
  const writer = writerFor(type.item);
  const pairs = (value: unknown) => (value as unknown[]).map((item) => [writer, item] as const);
  return {
    check(value, context) {
      if (!Array.isArray(value)) throw mismatch(type, value, context);
      return checkItems(pairs(value), context);
    },
    write: (value, offset, cursor) =>
      writeItems(pairs(value), KIND.list, (value as unknown[]).length, offset, cursor),
  };
}

function dictWriter(type: Type & { kind: 'dict' }): ValueWriter {
  const key = writerFor(type.key);
  const item = writerFor(type.value);
  const pairs = (value: unknown) => {
    const entries = value instanceof Map ? [...value] : Object.entries(value as object);
    return entries.flatMap(([k, v]) => [[key, k] as const, [item, v] as const]);
  };
  return {
    check(value, context) {
      const plain =
        typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
      if (!plain) throw mismatch(type, value, context);
      return checkItems(pairs(value), context);
    },
    write(value, offset, cursor) {
      const items = pairs(value);
      writeItems(items, KIND.dict, items.length / 2, offset, cursor);
    },
  };
}

/** The writer of a type. Throws `UnsupportedError` for types that have no place in `ep_value`. */
export function writerFor(type: Type): ValueWriter {
  switch (type.kind) {
    case 'none':
      return none;
    case 'bool':
      return bool;
    case 'int':
      return int;
    case 'float':
      return float;
    case 'str':
      return str;
    case 'bytes':
      return bytes;
    case 'scalar':
      return scalarWriter(type.dtype);
    case 'array':
      return arrayWriter(type);
    case 'image':
      return imageWriter(type);
    case 'tuple':
      return tupleWriter(type);
    case 'list':
      return listWriter(type);
    case 'dict':
      return dictWriter(type);
  }
}
