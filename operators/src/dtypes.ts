// NumPy's dtypes as a lattice: kinds, sizes and `numpy.promote_types`. Values play no part here.

import { DTYPE_BYTES, DTYPES, type Dtype } from '@everypath/schema';
import type { Operand } from './descriptor.ts';

export type DtypeKind = 'bool' | 'unsigned' | 'signed' | 'float' | 'complex';

export function dtypeKind(dtype: Dtype): DtypeKind {
  if (dtype === 'bool') return 'bool';
  if (dtype.startsWith('uint')) return 'unsigned';
  if (dtype.startsWith('int')) return 'signed';
  return dtype.startsWith('float') ? 'float' : 'complex';
}

export const isInteger = (dtype: Dtype): boolean => ['unsigned', 'signed'].includes(dtypeKind(dtype));
export const isFloat = (dtype: Dtype): boolean => dtypeKind(dtype) === 'float';

/** NumPy's categories for scalars against arrays: booleans below integers below floats. */
export function category(dtype: Dtype): number {
  const kind = dtypeKind(dtype);
  return kind === 'bool' ? 0 : kind === 'float' || kind === 'complex' ? 2 : 1;
}

const sized = (prefix: 'int' | 'uint' | 'float', bytes: number): Dtype => `${prefix}${bytes * 8}` as Dtype;

/** The smallest float that holds every value of the dtype, as ufuncs without integer loops choose it. */
export function floatFor(dtype: Dtype): Dtype {
  if (category(dtype) === 2) return dtype;
  const bytes = DTYPE_BYTES[dtype];
  return bytes === 1 ? 'float16' : bytes === 2 ? 'float32' : 'float64';
}

/** `numpy.promote_types` for all but complex dtypes. */
export function promoteTypes(a: Dtype, b: Dtype): Dtype {
  if (a === b) return a;
  const [kindA, kindB] = [dtypeKind(a), dtypeKind(b)];
  if (kindA === 'bool') return b;
  if (kindB === 'bool') return a;
  const larger = DTYPE_BYTES[a] >= DTYPE_BYTES[b] ? a : b;
  if (kindA === kindB) return larger;
  if (kindA === 'float') return promoteTypes(a, floatFor(b));
  if (kindB === 'float') return promoteTypes(floatFor(a), b);
  const [signed, unsigned] = kindA === 'signed' ? [a, b] : [b, a];
  if (DTYPE_BYTES[signed] > DTYPE_BYTES[unsigned]) return signed;
  return unsigned === 'uint64' ? 'float64' : sized('int', DTYPE_BYTES[unsigned] * 2);
}

/** The smallest dtype of the wanted signedness that holds an integer; undefined beyond 64 bits. */
export function integerDtype(value: bigint, wantSigned: boolean): Dtype | undefined {
  for (const bytes of [1, 2, 4, 8]) {
    const bits = BigInt(bytes * 8);
    if (wantSigned || value < 0n) {
      if (value >= -(1n << (bits - 1n)) && value < 1n << (bits - 1n)) return sized('int', bytes);
    } else if (value < 1n << bits) {
      return sized('uint', bytes);
    }
  }
  return undefined;
}

const NAMED: Readonly<Record<string, Dtype>> = {
  bool_: 'bool',
  int: 'int64',
  int_: 'int64',
  intp: 'int64',
  longlong: 'int64',
  intc: 'int32',
  short: 'int16',
  byte: 'int8',
  ubyte: 'uint8',
  ushort: 'uint16',
  uintc: 'uint32',
  uint: 'uint64',
  uintp: 'uint64',
  ulonglong: 'uint64',
  float: 'float64',
  float_: 'float64',
  double: 'float64',
  single: 'float32',
  half: 'float16',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
};

/** The dtype that a name means: `float32`, `numpy.float32`, `builtins.float`, `<f4`. */
export function dtypeNamed(name: string): Dtype | undefined {
  const bare = name.replace(/^(numpy|np|builtins)\./, '').replace(/^[<=|]/, '');
  return (DTYPES as readonly string[]).includes(bare) ? (bare as Dtype) : NAMED[bare];
}

/** The dtype that a `dtype=` argument means, when it is known at compile time. */
export function dtypeArgument(operand: Operand): Dtype | undefined {
  return typeof operand.constant === 'string' ? dtypeNamed(operand.constant) : undefined;
}
