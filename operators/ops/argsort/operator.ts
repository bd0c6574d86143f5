// `numpy.argsort` and `numpy.sort` along the last axis. Every variant is stable, which any kind allows.

import { bindArguments, isAbsent } from '../../src/arguments.ts';
import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { arrayType, integerConstant, normaliseAxis, refuse } from '../../src/value-types.ts';

const SORTS: readonly string[] = ['numpy.sort'];

export const operator: OperatorDescriptor = {
  name: 'numpy.argsort',
  callees: ['numpy.argsort', 'numpy.ndarray.argsort', ...SORTS],
  summary: 'The order that sorts along the last axis, or the sorted values.',
  semantics: 'Ascending and stable; NaN last; -0.0 and 0.0 are equal.',
  tolerance: { kind: 'ties', relative: 0 },
  features: ['elements', 'inner', 'bytes'],
  resolve: (call) => {
    const bound = bindArguments(call, ['a', 'axis', 'kind']);
    if (typeof bound === 'string') return refuse(bound, 'give the array and the kind');
    const array = bound.get('a');
    if (array?.operand.type.kind !== 'array') return refuse('sorts take an array', 'use numpy.asarray first');
    const { dtype, shape } = array.operand.type;
    if (bound.has('axis')) {
      const axis = isAbsent(bound.get('axis')) ? undefined : integerConstant(bound.get('axis')!.operand);
      if (axis === undefined || normaliseAxis(axis, shape.length) !== shape.length - 1) {
        return refuse('only the last axis can be sorted along', 'transpose the array');
      }
    }
    const values = SORTS.includes(call.callee);
    return {
      kind: 'kernel',
      operator: 'numpy.argsort',
      operands: [array.reference],
      attributes: { values },
      results: [arrayType(values ? dtype : 'int64', shape)],
    };
  },
};
