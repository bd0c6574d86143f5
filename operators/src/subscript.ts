// The rule of `object[…]` for arrays and tuples: NumPy's basic indexing. The flat order of operands is the object
// first, then each item's values: a value itself, or a slice's start, stop and step where given.

import type { Dim } from '@everypath/schema';
import type { Operand, OperandReference, Resolution } from './descriptor.ts';
import { dtypeKind } from './dtypes.ts';
import { arrayOrScalar, describe, dtypeOf, integerConstant, refuse } from './value-types.ts';

/** One item between the brackets. */
export type IndexItem =
  | { readonly kind: 'value'; readonly operand: Operand }
  | {
      readonly kind: 'slice';
      readonly start: Operand | null;
      readonly stop: Operand | null;
      readonly step: Operand | null;
    }
  | { readonly kind: 'ellipsis' }
  | { readonly kind: 'newaxis' };

/** Codes of `ep::prim::Item` in `include/everypath/subscript.hpp`. */
const ITEM = { integer: 0, newaxis: 1, slice: 8 };

const present = (operand: Operand | null): operand is Operand =>
  operand !== null && operand.type.kind !== 'none';

/** The operands that a subscript's resolution refers to by index, in order. */
export function subscriptOperands(object: Operand, items: readonly IndexItem[]): readonly Operand[] {
  return [object, ...items.flatMap(itemOperands)];
}

function itemOperands(item: IndexItem): readonly Operand[] {
  if (item.kind === 'value') return [item.operand];
  return item.kind === 'slice'
    ? [item.start, item.stop, item.step].filter((part): part is Operand => part !== null)
    : [];
}

const isIndex = (operand: Operand): boolean => {
  const dtype = dtypeOf(operand.type);
  return (
    (operand.type.kind === 'int' || operand.type.kind === 'scalar') &&
    dtype !== undefined &&
    ['signed', 'unsigned'].includes(dtypeKind(dtype))
  );
};

/** How many elements a slice of an axis of known length keeps; null when only run time tells. */
function sliceLength(dim: Dim, item: Extract<IndexItem, { kind: 'slice' }>): Dim {
  const parts = [item.start, item.stop, item.step].map((part) =>
    part !== null && present(part) ? integerConstant(part) : null,
  );
  if (parts.every((part) => part === null)) return dim;
  const [start, stop, step] = [parts[0], parts[1], parts[2] ?? 1];
  if (typeof dim !== 'number' || start === undefined || stop === undefined) return null;
  if (parts[2] === undefined || step === 0) return null;
  const [low, high] = step < 0 ? [-1, dim - 1] : [0, dim];
  const clamp = (value: number): number => Math.min(high, Math.max(low, value < 0 ? value + dim : value));
  const from = start === null ? (step < 0 ? high : low) : clamp(start!);
  const to = stop === null ? (step < 0 ? low : high) : clamp(stop!);
  return Math.max(0, Math.ceil((to - from) / step));
}

function subscriptArray(
  object: Operand & { readonly type: Extract<Operand['type'], { kind: 'array' }> },
  items: readonly IndexItem[],
): Resolution {
  const shape = object.type.shape;
  const used = items.filter((item) => item.kind === 'value' || item.kind === 'slice').length;
  if (items.filter((item) => item.kind === 'ellipsis').length > 1) {
    return refuse("an index can only have a single ellipsis ('...')", 'leave one out');
  }
  if (used > shape.length) {
    return refuse(
      `too many indices for array: array is ${shape.length}-dimensional, but ${used} were indexed`,
      'leave some out',
    );
  }
  const codes: number[] = [];
  const operands: OperandReference[] = [{ from: 'arg', index: 0 }];
  const result: Dim[] = [];
  let axis = 0;
  let operandIndex = 1;
  for (const item of items) {
    if (item.kind === 'newaxis') {
      codes.push(ITEM.newaxis);
      result.push(1);
    } else if (item.kind === 'ellipsis') {
      for (let skip = shape.length - used; skip > 0; skip--) {
        codes.push(ITEM.slice);
        result.push(shape[axis++]!);
      }
    } else if (item.kind === 'value') {
      if (!isIndex(item.operand)) {
        return refuse(
          `an array cannot be indexed with ${describe(item.operand)} here`,
          'index with integers and slices, or use numpy.where',
        );
      }
      codes.push(ITEM.integer);
      operands.push({ from: 'arg', index: operandIndex++ });
      axis++;
    } else {
      const parts = [item.start, item.stop, item.step];
      let code = ITEM.slice;
      parts.forEach((part, bit) => {
        if (part === null) return;
        if (present(part)) {
          code += 1 << bit;
          operands.push({ from: 'arg', index: operandIndex });
        }
        operandIndex++;
      });
      if (parts.some((part) => part !== null && present(part) && !isIndex(part))) {
        return refuse('slice indices must be integers or None', 'convert them with int(x)');
      }
      codes.push(code);
      result.push(sliceLength(shape[axis++]!, item));
    }
  }
  result.push(...shape.slice(axis));
  return {
    kind: 'primitive',
    name: 'subscript',
    operands,
    attributes: Object.fromEntries(codes.map((code, index) => [`item${index}`, code])),
    result: arrayOrScalar(object.type.dtype, result),
    raises: true,
  };
}

function subscriptTuple(
  object: Operand & { readonly type: Extract<Operand['type'], { kind: 'tuple' }> },
  items: readonly IndexItem[],
): Resolution {
  const item = items.length === 1 ? items[0] : undefined;
  const index = item?.kind === 'value' ? integerConstant(item.operand) : undefined;
  if (index === undefined) {
    return refuse('a tuple is indexed with one integer known at compile time', 'write the index as a number');
  }
  const { items: types } = object.type;
  const type = types[index < 0 ? index + types.length : index];
  if (!type) return refuse('tuple index out of range', `the tuple has ${types.length} items`);
  return {
    kind: 'primitive',
    name: 'tuple_get',
    operands: [{ from: 'arg', index: 0 }],
    attributes: { index: index < 0 ? index + types.length : index },
    result: type,
    raises: false,
  };
}

/** Resolves `object[items]` for arrays and tuples; other objects are Python's. */
export function subscriptRule(object: Operand, items: readonly IndexItem[]): Resolution {
  const { type } = object;
  if (type.kind === 'array') return subscriptArray({ ...object, type }, items);
  if (type.kind === 'tuple') return subscriptTuple({ ...object, type }, items);
  return refuse(`${describe(object)} cannot be indexed`, 'index an array or a tuple');
}
