// `scipy.special.softmax`, which is also what the compiler makes of its usual spelling in NumPy.

import { bindArguments, isAbsent } from '../../src/arguments.ts';
import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { arrayType, integerConstant, normaliseAxis, refuse } from '../../src/value-types.ts';

export const operator: OperatorDescriptor = {
  name: 'scipy.special.softmax',
  callees: ['scipy.special.softmax'],
  summary: 'Exponentials divided by their sum, along an axis or over every element.',
  semantics:
    'exp(x - max(x)) / sum(exp(x - max(x))) in the dtype of the elements; the exponential within 1.1 units in the last ' +
    'place, the sum in any order. Exponentials may be taken relative to another element than the largest: rounding the ' +
    'difference costs half a unit of it, at most 5e-6. A row with NaN or +inf, or of -inf alone, is NaN.',
  tolerance: { kind: 'float', relative: 1.2e-5, absolute: 1e-37 },
  features: ['elements', 'row', 'bytes', 'strided'],
  resolve: (call) => {
    const bound = bindArguments(call, ['x', 'axis']);
    if (typeof bound === 'string') return refuse(bound, 'give the array and an axis');
    const x = bound.get('x');
    const type = x?.operand.type;
    if (!x || type?.kind !== 'array' || type.shape.length === 0) {
      return refuse('softmax takes an array', 'convert with numpy.asarray first');
    }
    if (type.dtype !== 'float32' && type.dtype !== 'float64') {
      return refuse(`softmax of ${type.dtype} is not supported`, 'convert to float32 or float64 with astype');
    }
    const given = bound.get('axis');
    const number = given && integerConstant(given.operand);
    const axis = number === undefined ? undefined : normaliseAxis(number, type.shape.length);
    if (!isAbsent(given) && axis === undefined) {
      return refuse(`the axis must be a known integer within rank ${type.shape.length}`, 'write it: axis=-1');
    }
    return {
      kind: 'kernel',
      operator: 'scipy.special.softmax',
      operands: [x.reference],
      attributes: { axis: axis ?? -1 },
      results: [arrayType(type.dtype, type.shape)],
    };
  },
};
