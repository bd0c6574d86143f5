// What the rules of reductions share: the axis argument and the shape that is left.

import type { Dim } from '@everypath/schema';
import { bindArguments, isAbsent } from './arguments.ts';
import type { CallSite, OperandReference } from './descriptor.ts';
import { type ArrayType, integerConstant, normaliseAxis } from './value-types.ts';

export interface Reduction {
  readonly array: ArrayType;
  readonly reference: OperandReference;
  /** Undefined: all axes. */
  readonly axis: number | undefined;
  readonly shape: readonly Dim[];
}

/** Reads `f(a, axis=…, keepdims=…)`; a sentence where it does not fit. `before` names parameters ahead of axis. */
export function bindReduction(call: CallSite, before: readonly string[] = []): Reduction | string {
  const bound = bindArguments(call, ['a', ...before, 'axis', 'keepdims']);
  if (typeof bound === 'string') return bound;
  const array = bound.get('a');
  if (array?.operand.type.kind !== 'array') return `${call.callee} takes an array`;
  const { shape } = array.operand.type;
  const keep = bound.get('keepdims')?.operand.constant ?? false;
  if (typeof keep !== 'boolean') return 'keepdims must be known at compile time';
  const result = { array: array.operand.type, reference: array.reference };
  if (isAbsent(bound.get('axis'))) {
    return keep ? 'keepdims needs an axis' : { ...result, axis: undefined, shape: [] };
  }
  const given = integerConstant(bound.get('axis')!.operand);
  const axis = given === undefined ? undefined : normaliseAxis(given, shape.length);
  if (axis === undefined) return `the axis must be a known integer within rank ${shape.length}`;
  const left = keep
    ? shape.map((dim, index) => (index === axis ? 1 : dim))
    : shape.filter((_, index) => index !== axis);
  // Of a vector, an axis is all there is.
  return left.length === 0 ? { ...result, axis: undefined, shape: [] } : { ...result, axis, shape: left };
}
