// `np.array([…], dtype=…)` of numbers known at compile time: an array constant, rounded to its dtype as NumPy does.

import type { Constant } from '@everypath/operators';
import type { Dtype } from '@everypath/schema';
import { dtypeOfName } from '../trace/annotation.ts';
import { constant, type Typed } from './typed-value.ts';

const CALLEES = new Set(['numpy.array', 'numpy.asarray', 'numpy.ascontiguousarray']);
const INTEGER_RANGE: Readonly<Partial<Record<Dtype, readonly [bigint, bigint]>>> = {
  int8: [-128n, 127n],
  int16: [-32768n, 32767n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  // JSON numbers hold integers up to 2**53; beyond, the array is made at run time or refused.
  int64: [-(2n ** 53n), 2n ** 53n],
  uint8: [0n, 255n],
  uint16: [0n, 65535n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 53n],
};

/** The folded array; undefined when some of it is not known, or when NumPy would refuse it. */
export function foldArray(
  callee: string,
  args: readonly Typed[],
  kwargs: Readonly<Record<string, Typed>>,
): Typed | undefined {
  const names = Object.keys(kwargs);
  const [items, positionalDtype] = args;
  if (!CALLEES.has(callee) || items === undefined || args.length > 2) return undefined;
  if (names.some((name) => name !== 'dtype')) return undefined;
  if (items.kind !== 'list' && items.kind !== 'tuple') return undefined;
  const flat: (Typed & { readonly kind: 'constant' })[] = [];
  const shape = shapeOf(items, flat);
  const dtypeValue = kwargs.dtype ?? positionalDtype;
  if (shape === null || flat.length === 0) return undefined;
  const asked = dtypeValue === undefined ? undefined : dtypeNamed(dtypeValue);
  if (dtypeValue !== undefined && asked === undefined) return undefined;
  const dtype = asked ?? defaultDtype(flat.map((item) => item.type.kind));
  const data = flat.map((item) => convert(item.value, item.type.kind, dtype));
  if (data.some((value) => value === undefined)) return undefined;
  return constant({ kind: 'array', dtype, shape }, { array: { dtype, shape, data: data as number[] } });
}

/** The shape of nested sequences, their leaves collected; null when ragged or not constant. */
function shapeOf(value: Typed, flat: (Typed & { readonly kind: 'constant' })[]): readonly number[] | null {
  if (value.kind === 'constant') {
    if (value.type.kind !== 'int' && value.type.kind !== 'float' && value.type.kind !== 'bool') return null;
    flat.push(value);
    return [];
  }
  if (value.kind !== 'list' && value.kind !== 'tuple') return null;
  const shapes = value.items.map((item) => shapeOf(item, flat));
  const [first] = shapes;
  if (first === undefined || first === null) return null;
  const regular = shapes.every((shape) => shape !== null && shape.join() === first.join());
  return regular ? [value.items.length, ...first] : null;
}

function dtypeNamed(value: Typed): Dtype | undefined {
  if (value.kind === 'symbol') return dtypeOfName(value.name);
  if (value.kind !== 'constant' || typeof value.value !== 'string') return undefined;
  return dtypeOfName(`numpy.${value.value}`);
}

function defaultDtype(kinds: readonly string[]): Dtype {
  if (kinds.includes('float')) return 'float64';
  return kinds.includes('int') ? 'int64' : 'bool';
}

function convert(value: Constant, kind: string, dtype: Dtype): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') return undefined;
  if (dtype === 'bool') return Number(value) !== 0 ? 1 : 0;
  if (dtype === 'float64') return Number(value);
  if (dtype === 'float32') {
    // A bigint would round twice on its way through double; a double is what NumPy rounds.
    return kind === 'int' && BigInt(value) !== BigInt(Number(value)) ? undefined : Math.fround(Number(value));
  }
  const range = INTEGER_RANGE[dtype];
  if (range === undefined || kind === 'float') return undefined;
  const exact = BigInt(value);
  return exact >= range[0] && exact <= range[1] ? Number(exact) : undefined;
}
