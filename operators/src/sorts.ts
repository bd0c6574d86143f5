// What the rules of sorts share: the array, and that the axis is the last one.

import { bindArguments, isAbsent } from './arguments.ts';
import type { CallSite, OperandReference } from './descriptor.ts';
import { type ArrayType, integerConstant, normaliseAxis } from './value-types.ts';

export interface Sort {
  readonly array: ArrayType;
  readonly reference: OperandReference;
}

/** Reads `f(a, axis=-1, kind=…)`; a sentence where it does not fit. Any kind may be stable. */
export function bindSort(call: CallSite): Sort | string {
  const bound = bindArguments(call, ['a', 'axis', 'kind']);
  if (typeof bound === 'string') return bound;
  const array = bound.get('a');
  if (array?.operand.type.kind !== 'array') return 'sorts take an array: use numpy.asarray first';
  const { shape } = array.operand.type;
  if (shape.length === 0) return 'sorts take an array with an axis';
  if (bound.has('axis')) {
    const axis = isAbsent(bound.get('axis')) ? undefined : integerConstant(bound.get('axis')!.operand);
    if (axis === undefined || normaliseAxis(axis, shape.length) !== shape.length - 1) {
      return 'only the last axis can be sorted along: transpose the array';
    }
  }
  return { array: array.operand.type, reference: array.reference };
}
