// sum, mean, prod, max, min, any and all, over every element or one axis.

import type { Dtype } from '@everypath/schema';
import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { dtypeKind, isFloat } from '../../src/dtypes.ts';
import { bindReduction } from '../../src/reductions.ts';
import { arrayOrScalar, refuse } from '../../src/value-types.ts';

/** Numbers of `FunctionOf` in `axis.hpp`. */
const FUNCTIONS = { sum: 0, mean: 1, prod: 2, max: 3, min: 4, any: 5, all: 6 } as const;
type Name = keyof typeof FUNCTIONS;

const NAMES: Readonly<Record<string, Name>> = {
  ...Object.fromEntries(
    (Object.keys(FUNCTIONS) as Name[]).flatMap((name) => [
      [`numpy.${name}`, name],
      [`numpy.ndarray.${name}`, name],
    ]),
  ),
  'numpy.amax': 'max',
  'numpy.amin': 'min',
};

function resultOf(name: Name, dtype: Dtype): Dtype {
  switch (name) {
    case 'max':
    case 'min':
      return dtype;
    case 'any':
    case 'all':
      return 'bool';
    case 'mean':
      return isFloat(dtype) ? dtype : 'float64';
    default:
      return isFloat(dtype) ? dtype : dtypeKind(dtype) === 'unsigned' ? 'uint64' : 'int64';
  }
}

export const operator: OperatorDescriptor = {
  name: 'numpy.reduce',
  callees: Object.keys(NAMES),
  summary: 'Sum, mean, product, largest, smallest, any and all, of every element or along an axis.',
  semantics:
    'Integers and booleans sum in 64 bits and wrap; floats in their own dtype or a wider one, in any order no worse ' +
    'than pairwise along the last axis; NaN is passed on by max and min.',
  tolerance: { kind: 'float', relative: 1e-5, absolute: 1e-6 },
  features: ['elements', 'inner', 'bytes', 'strided'],
  resolve: (call) => {
    const bound = bindReduction(call);
    if (typeof bound === 'string') return refuse(bound, 'give the array and an axis only');
    const name = NAMES[call.callee]!;
    return {
      kind: 'kernel',
      operator: 'numpy.reduce',
      operands: [bound.reference],
      attributes: { function: FUNCTIONS[name], axis: bound.axis ?? -1 },
      results: [arrayOrScalar(resultOf(name, bound.array.dtype), bound.shape)],
    };
  },
};
