// `numpy.sort` along the last axis: the values in order. Where they came from is `numpy.argsort`'s business.

import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { bindSort } from '../../src/sorts.ts';
import { refuse } from '../../src/value-types.ts';

export const operator: OperatorDescriptor = {
  name: 'numpy.sort',
  callees: ['numpy.sort'],
  summary: 'The values in ascending order along the last axis.',
  semantics:
    'NaN last, whatever its sign or payload; zeros of either sign count as equal and come in any order.',
  tolerance: { kind: 'exact' },
  features: ['elements', 'inner', 'bytes'],
  resolve: (call) => {
    const sort = bindSort(call);
    if (typeof sort === 'string') return refuse(sort, 'write np.sort(x), along the last axis');
    return {
      kind: 'kernel',
      operator: 'numpy.sort',
      operands: [sort.reference],
      attributes: {},
      results: [sort.array],
    };
  },
};
