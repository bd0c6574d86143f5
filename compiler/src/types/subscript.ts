// `object[index]` and unpacking: tuples are taken apart at compile time, arrays by the operator library's rule.

import type { Operand } from '@everypath/operators';
import type { PyIndex, Span } from '../ir/ir.ts';
import { type IndexItem, refuse, type TypedBlock, type TypingContext, typedOf } from './context.ts';
import { materialise, pushPrimitive } from './emit.ts';
import { pushResolution } from './resolution.ts';
import { asInt, formatIrType, intConstant, operandOf, REFUSED, type Typed, typeOf } from './typed-value.ts';

/** Item `index` of a tuple value. */
export function getItem(
  context: TypingContext,
  block: TypedBlock,
  tuple: Typed,
  index: number,
  span: Span,
): Typed {
  if (tuple.kind === 'tuple' || tuple.kind === 'list') return tuple.items[index] ?? REFUSED;
  const type = typeOf(tuple);
  const item = type?.kind === 'tuple' ? type.items[index] : undefined;
  const id = materialise(context, block, tuple, span);
  if (item === undefined || id === null) return REFUSED;
  const call = { name: 'tuple_get', operands: [id], type: item, raises: false, attributes: { index } };
  return pushPrimitive(context, block, call, span);
}

/** How many items a tuple has; null for what is none. */
export function tupleLength(value: Typed): number | null {
  if (value.kind === 'tuple' || value.kind === 'list') return value.items.length;
  const type = typeOf(value);
  return type?.kind === 'tuple' ? type.items.length : null;
}

/** One item of `a, b = value`. */
export function typeUnpack(
  context: TypingContext,
  block: TypedBlock,
  value: Typed,
  index: number,
  count: number,
  span: Span,
): Typed {
  const type = typeOf(value);
  if (type === null) return REFUSED;
  const length = tupleLength(value);
  if (length === count) return getItem(context, block, value, index, span);
  // Only the first item speaks, so that one statement gives one message.
  if (index > 0) return REFUSED;
  if (length === null) {
    const what = `not supported yet: unpacking ${formatIrType(type)}`;
    return refuse(context, span, 'EP_UNPACK', what, 'Unpack a tuple; index an array: a = x[0]; b = x[1].');
  }
  return refuse(
    context,
    span,
    'EP_UNPACK',
    `${count} names are given ${length} values`,
    'CPython would raise a ValueError here: give as many names as values.',
  );
}

export function typeSubscript(
  context: TypingContext,
  block: TypedBlock,
  object: Typed,
  index: PyIndex,
  span: Span,
): Typed {
  const length = tupleLength(object);
  if (length !== null) return subscriptTuple(context, block, object, length, index, span);
  const operand = operandOf(object);
  if (operand === null) return REFUSED;
  const flat: Typed[] = [object];
  const items: IndexItem[] = [];
  for (const item of index.kind === 'tuple' ? index.items : [index]) {
    const read = indexItem(context, item, flat);
    if (read === null) return REFUSED;
    items.push(read);
  }
  const resolution = context.module.rules.resolveSubscript(operand, items);
  return pushResolution(context, block, resolution, { args: flat, kwargs: {} }, span, 'operator.getitem');
}

/** The item as the rule sees it; its values join `flat` in the order that the rule counts them. */
function indexItem(context: TypingContext, item: PyIndex, flat: Typed[]): IndexItem | null {
  const part = (id: number | null): Operand | null | undefined => {
    if (id === null) return null;
    const value = typedOf(context, id);
    flat.push(value);
    return operandOf(value) ?? undefined;
  };
  switch (item.kind) {
    case 'value': {
      const operand = part(item.value);
      return operand ? { kind: 'value', operand } : null;
    }
    case 'slice': {
      const start = part(item.start);
      const stop = part(item.stop);
      const step = part(item.step);
      if (start === undefined || stop === undefined || step === undefined) return null;
      return { kind: 'slice', start, stop, step };
    }
    case 'tuple':
      return null;
    default:
      return { kind: item.kind };
  }
}

function subscriptTuple(
  context: TypingContext,
  block: TypedBlock,
  object: Typed,
  length: number,
  index: PyIndex,
  span: Span,
): Typed {
  if (index.kind === 'slice') return sliceTuple(context, block, object, length, index, span);
  if (index.kind !== 'value') {
    return refuse(
      context,
      span,
      'EP_INDEX',
      'a tuple is indexed by one int or slice',
      'Write t[0] or t[1:].',
    );
  }
  const value = typedOf(context, index.value);
  const known = asInt(value);
  if (known !== null) {
    const at = Number(known < 0n ? known + BigInt(length) : known);
    if (at >= 0 && at < length) return getItem(context, block, object, at, span);
    return refuse(
      context,
      span,
      'EP_INDEX',
      `tuple index out of range: it has ${length} items`,
      'CPython would raise an IndexError here.',
    );
  }
  const at = typeOf(value);
  const type = typeOf(object);
  if (at === null || type === null) return REFUSED;
  const [first] = type.kind === 'tuple' ? type.items : [];
  const same =
    type.kind === 'tuple' && type.items.every((item) => JSON.stringify(item) === JSON.stringify(first));
  if (at.kind !== 'int' || first === undefined || !same) {
    return refuse(
      context,
      span,
      'EP_INDEX',
      `the index of ${formatIrType(type)} must be known at compile time`,
      'Items of different types need a literal index; items of one type an int.',
    );
  }
  const operands = [object, value].map((operand) => materialise(context, block, operand, span));
  if (operands.some((id) => id === null)) return REFUSED;
  const call = { name: 'tuple_item', operands: operands as number[], type: first, raises: true };
  return pushPrimitive(context, block, call, span);
}

function sliceTuple(
  context: TypingContext,
  block: TypedBlock,
  object: Typed,
  length: number,
  index: PyIndex & { readonly kind: 'slice' },
  span: Span,
): Typed {
  const bound = (id: number | null, fallback: bigint): bigint | null => {
    if (id === null) return fallback;
    const value = typedOf(context, id);
    return value.kind === 'constant' && value.value === null ? fallback : asInt(value);
  };
  const step = bound(index.step, 1n);
  const start = bound(index.start, 0n);
  const stop = bound(index.stop, BigInt(length));
  if (step !== 1n || start === null || stop === null) {
    return refuse(
      context,
      span,
      'EP_INDEX',
      'a slice of a tuple needs bounds known at compile time and no step',
      'Write the bounds as numbers, or index the items.',
    );
  }
  const clamp = (at: bigint) => Number(at < 0n ? at + BigInt(length) : at);
  const from = Math.max(0, clamp(start));
  const to = Math.min(length, clamp(stop));
  const items: Typed[] = [];
  for (let at = from; at < to; at++) items.push(getItem(context, block, object, at, span));
  return { kind: 'tuple', items };
}

/** Known lengths as a constant; for arrays the rule of `len`. */
export function typeLength(context: TypingContext, block: TypedBlock, value: Typed, span: Span): Typed {
  const length = tupleLength(value);
  if (length !== null) return intConstant(BigInt(length));
  const operand = operandOf(value);
  if (operand === null) return REFUSED;
  const [first] = operand.type.kind === 'array' ? operand.type.shape : [];
  if (typeof first === 'number') return intConstant(BigInt(first));
  const resolution = context.module.rules.resolveCall({
    callee: 'builtins.len',
    args: [operand],
    kwargs: {},
  });
  return pushResolution(context, block, resolution, { args: [value], kwargs: {} }, span, 'len');
}
