// Writers for values without a shape: none, bool, int, float, str, bytes and NumPy scalars.

import type { Dtype, Type } from '@everypath/schema';
import { UnsupportedError } from './errors.ts';
import { alignTo16, DTYPE_NAMES, ITEM_BYTES, KIND, VALUE } from './layout.ts';
import { mismatch, place, type ValueWriter, writeHead, writeWord } from './value-writer.ts';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const encoder = new TextEncoder();

export const none: ValueWriter = {
  check(value, context) {
    if (value !== null && value !== undefined) throw mismatch({ kind: 'none' }, value, context);
    return 0;
  },
  write: (_value, offset, cursor) => writeHead(cursor.view, offset, KIND.none, 0, 0),
};

export const bool: ValueWriter = {
  check(value, context) {
    if (typeof value !== 'boolean') throw mismatch({ kind: 'bool' }, value, context);
    return 0;
  },
  write(value, offset, cursor) {
    writeHead(cursor.view, offset, KIND.bool, 0, 0);
    cursor.view.setUint32(offset + VALUE.as, value ? 1 : 0, true);
  },
};

function writeInteger(view: DataView, offset: number, value: number | bigint): void {
  if (typeof value === 'bigint') view.setBigInt64(offset, BigInt.asIntN(64, value), true);
  else writeWord(view, offset, value);
}

export const int: ValueWriter = {
  check(value, context) {
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value)) return 0;
      const more = Number.isInteger(value) ? '; pass a bigint beyond ±2^53' : '';
      throw mismatch({ kind: 'int' }, value, context, more);
    }
    if (typeof value !== 'bigint') throw mismatch({ kind: 'int' }, value, context);
    if (value < INT64_MIN || value > INT64_MAX) {
      throw new UnsupportedError(`argument '${context.parameter}': ${value} does not fit into 64 bits`);
    }
    return 0;
  },
  write(value, offset, cursor) {
    writeHead(cursor.view, offset, KIND.int, 0, 0);
    writeInteger(cursor.view, offset + VALUE.as, value as number | bigint);
  },
};

export const float: ValueWriter = {
  check(value, context) {
    if (typeof value !== 'number') throw mismatch({ kind: 'float' }, value, context);
    return 0;
  },
  write(value, offset, cursor) {
    writeHead(cursor.view, offset, KIND.float, 0, 0);
    cursor.view.setFloat64(offset + VALUE.as, value as number, true);
  },
};

export const str: ValueWriter = {
  check(value, context) {
    if (typeof value !== 'string') throw mismatch({ kind: 'str' }, value, context);
    return alignTo16(value.length * 3);
  },
  write(value, offset, cursor) {
    const { view, arena, top } = cursor;
    const text = value as string;
    const room = new Uint8Array(view.buffer, view.byteOffset + top, text.length * 3);
    const { written } = encoder.encodeInto(text, room);
    writeHead(view, offset, KIND.str, 0, 0);
    writeWord(view, offset + VALUE.as, arena.base + top);
    writeWord(view, offset + VALUE.size, written);
    cursor.top += alignTo16(text.length * 3);
  },
};

export const bytes: ValueWriter = {
  check(value, context) {
    const ok = value instanceof Uint8Array || value instanceof ArrayBuffer;
    if (!ok) throw mismatch({ kind: 'bytes' }, value, context);
    return context.copies ? alignTo16(value.byteLength) : 0;
  },
  write(value, offset, cursor) {
    const data = value instanceof ArrayBuffer ? new Uint8Array(value) : (value as Uint8Array);
    writeHead(cursor.view, offset, KIND.bytes, 0, 0);
    writeWord(cursor.view, offset + VALUE.as, place(data, cursor));
    writeWord(cursor.view, offset + VALUE.size, data.byteLength);
  },
};

/** NumPy scalars of a dtype; numbers must lie within its range. */
export function scalarWriter(dtype: Dtype): ValueWriter {
  const type: Type = { kind: 'scalar', dtype };
  const code = DTYPE_NAMES.indexOf(dtype);
  if (dtype.startsWith('complex'))
    throw new UnsupportedError(`a ${dtype} scalar cannot cross the program's border`);
  if (dtype === 'bool') {
    return {
      check: bool.check,
      write(value, offset, cursor) {
        writeHead(cursor.view, offset, KIND.scalar, code, 0);
        cursor.view.setUint32(offset + VALUE.as, value ? 1 : 0, true);
      },
    };
  }
  if (dtype.startsWith('float')) {
    return {
      check(value, context) {
        if (typeof value !== 'number') throw mismatch(type, value, context);
        return 0;
      },
      write(value, offset, cursor) {
        writeHead(cursor.view, offset, KIND.scalar, code, 0);
        cursor.view.setFloat64(offset + VALUE.as, value as number, true);
      },
    };
  }
  const bits = BigInt((ITEM_BYTES[code] ?? 8) * 8);
  const unsigned = dtype.startsWith('u');
  const low = unsigned ? 0n : -(2n ** (bits - 1n));
  const high = unsigned ? 2n ** bits - 1n : 2n ** (bits - 1n) - 1n;
  return {
    check(value, context) {
      const integer = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
      if (!integer) throw mismatch(type, value, context);
      if (value < low || value > high) throw mismatch(type, value, context, `, outside ${low}…${high}`);
      return 0;
    },
    write(value, offset, cursor) {
      writeHead(cursor.view, offset, KIND.scalar, code, 0);
      writeInteger(cursor.view, offset + VALUE.as, value as number | bigint);
    },
  };
}
