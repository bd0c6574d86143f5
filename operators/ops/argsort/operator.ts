// `numpy.argsort` along the last axis. Every variant is stable, which any kind allows.

import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { bindSort } from '../../src/sorts.ts';
import { arrayType, refuse } from '../../src/value-types.ts';

export const operator: OperatorDescriptor = {
  name: 'numpy.argsort',
  callees: ['numpy.argsort', 'numpy.ndarray.argsort'],
  summary: 'The order that sorts along the last axis.',
  semantics: 'Ascending and stable; NaN last; -0.0 and 0.0 are equal.',
  tolerance: { kind: 'ties', relative: 0 },
  features: ['elements', 'inner', 'bytes'],
  resolve: (call) => {
    const sort = bindSort(call);
    if (typeof sort === 'string') return refuse(sort, 'write np.argsort(x), along the last axis');
    return {
      kind: 'kernel',
      operator: 'numpy.argsort',
      operands: [sort.reference],
      // The compiler's top-k rewrite asks for it.
      attributes: { values: false },
      results: [arrayType('int64', sort.array.shape)],
    };
  },
};
