// argmax and argmin, over every element or one axis.

import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { bindReduction } from '../../src/reductions.ts';
import { arrayOrScalar, refuse } from '../../src/value-types.ts';

const LEAST: readonly string[] = ['numpy.argmin', 'numpy.ndarray.argmin'];

export const operator: OperatorDescriptor = {
  name: 'numpy.argmax',
  callees: ['numpy.argmax', 'numpy.ndarray.argmax', ...LEAST],
  summary: 'Where the largest or the smallest element is.',
  semantics: 'The first of equals; the first NaN where there is one.',
  tolerance: { kind: 'exact' },
  features: ['elements', 'inner', 'bytes', 'strided'],
  resolve: (call) => {
    const bound = bindReduction(call);
    if (typeof bound === 'string') return refuse(bound, 'give the array and an axis only');
    return {
      kind: 'kernel',
      operator: 'numpy.argmax',
      operands: [bound.reference],
      attributes: { least: LEAST.includes(call.callee), axis: bound.axis ?? -1 },
      results: [arrayOrScalar('int64', bound.shape)],
    };
  },
};
