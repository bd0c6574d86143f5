// `numpy.linalg.norm`: the Euclidean length of every element together, or along an axis.

import { bindArguments, isAbsent } from '../../src/arguments.ts';
import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { isFloat } from '../../src/dtypes.ts';
import { bindReduction } from '../../src/reductions.ts';
import { arrayOrScalar, refuse } from '../../src/value-types.ts';

export const operator: OperatorDescriptor = {
  name: 'numpy.linalg.norm',
  callees: ['numpy.linalg.norm'],
  summary: 'Euclidean norm of all elements or along an axis.',
  semantics:
    'The root of the sum of squares, in the dtype of the elements or a wider one; integers in float64. NumPy sums float32 in one pass, and errs by up to 2e-5.',
  tolerance: { kind: 'float', relative: 5e-5, absolute: 1e-6 },
  features: ['elements', 'inner', 'bytes', 'strided'],
  resolve: (call) => {
    const all = bindArguments(call, ['x', 'ord', 'axis', 'keepdims']);
    if (typeof all === 'string') return refuse(all, 'give the array and an axis');
    if (!isAbsent(all.get('ord'))) return refuse('only the default norm is supported', 'leave ord out');
    const { x, ord, ...kwargs } = call.kwargs;
    const bound = bindReduction({ ...call, kwargs: x ? { a: x, ...kwargs } : kwargs }, ['ord']);
    if (typeof bound === 'string') return refuse(bound, 'give the array and an axis');
    const dtype = isFloat(bound.array.dtype) ? bound.array.dtype : 'float64';
    return {
      kind: 'kernel',
      operator: 'numpy.linalg.norm',
      operands: [x ? { from: 'kwarg', name: 'x' } : { from: 'arg', index: 0 }],
      attributes: { axis: bound.axis ?? -1 },
      results: [arrayOrScalar(dtype, bound.shape)],
    };
  },
};
