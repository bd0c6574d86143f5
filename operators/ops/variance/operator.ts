// `numpy.var` and `numpy.std`, over every element or one axis.

import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { isFloat } from '../../src/dtypes.ts';
import { bindReduction } from '../../src/reductions.ts';
import { arrayOrScalar, refuse } from '../../src/value-types.ts';

const ROOTS: readonly string[] = ['numpy.std', 'numpy.ndarray.std'];

export const operator: OperatorDescriptor = {
  name: 'numpy.var',
  callees: ['numpy.var', 'numpy.ndarray.var', ...ROOTS],
  summary: 'Mean squared distance from the mean, or its root, of every element or along an axis.',
  semantics:
    'Divided by the number of elements (ddof 0); floats in their own dtype or a wider one, integers in float64. NumPy ' +
    'rounds the mean of float32 before it takes distances from it.',
  tolerance: { kind: 'float', relative: 2e-5, absolute: 1e-6 },
  features: ['elements', 'inner', 'bytes', 'strided'],
  resolve: (call) => {
    const bound = bindReduction(call);
    if (typeof bound === 'string') return refuse(bound, 'give the array and an axis only');
    const dtype = isFloat(bound.array.dtype) ? bound.array.dtype : 'float64';
    return {
      kind: 'kernel',
      operator: 'numpy.var',
      operands: [bound.reference],
      attributes: { axis: bound.axis ?? -1, root: ROOTS.includes(call.callee) },
      results: [arrayOrScalar(dtype, bound.shape)],
    };
  },
};
