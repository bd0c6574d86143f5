// `a @ b`, `numpy.matmul`, `numpy.dot` of numbers of rank 1 and 2.

import type { Dim, Dtype } from '@everypath/schema';
import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { isInteger, promoteTypes } from '../../src/dtypes.ts';
import { arrayOrScalar, refuse } from '../../src/value-types.ts';

export const operator: OperatorDescriptor = {
  name: 'numpy.matmul',
  callees: ['numpy.matmul', 'numpy.dot', 'operator.matmul', 'numpy.ndarray.dot', 'numpy.inner'],
  summary: 'Product of matrices and vectors.',
  semantics:
    'Sums in the dtype of the operands, in any order. The error of a sum of n products is within the usual bound of ' +
    'n half units in the last place of the sum of magnitudes. Integers wrap.',
  tolerance: { kind: 'float', relative: 1e-5, absolute: 1e-5 },
  features: ['rows', 'depth', 'columns', 'bytes'],
  resolve: (call) => {
    const [a, b] = call.args;
    if (call.args.length !== 2 || Object.keys(call.kwargs).length > 0 || !a || !b) {
      return refuse(`${call.callee} takes two arrays`, 'check the call');
    }
    if (a.type.kind !== 'array' || b.type.kind !== 'array') {
      return refuse(`${call.callee} takes arrays`, 'convert with numpy.asarray first');
    }
    const [left, right] = [a.type.shape, b.type.shape];
    if (
      left.length > 2 ||
      right.length > 2 ||
      (call.callee === 'numpy.inner' && left.length + right.length > 2)
    ) {
      return refuse('products of arrays beyond rank 2 are not supported', 'loop over the leading axis');
    }
    const dtype: Dtype = promoteTypes(a.type.dtype, b.type.dtype);
    if (
      dtype !== a.type.dtype ||
      dtype !== b.type.dtype ||
      !(dtype === 'float32' || dtype === 'float64' || isInteger(dtype))
    ) {
      return refuse(
        `products of ${a.type.dtype} and ${b.type.dtype} are not supported`,
        'convert both to one dtype with astype',
      );
    }
    const depthA = left[left.length - 1]!;
    const depthB = right[0]!;
    if (typeof depthA === 'number' && typeof depthB === 'number' && depthA !== depthB) {
      return refuse(`matmul: ${depthA} columns do not meet ${depthB} rows`, 'transpose one of them');
    }
    const shape: Dim[] = [...left.slice(0, -1), ...right.slice(1)];
    return {
      kind: 'kernel',
      operator: 'numpy.matmul',
      operands: [
        { from: 'arg', index: 0 },
        { from: 'arg', index: 1 },
      ],
      attributes: {},
      results: [arrayOrScalar(dtype, shape)],
    };
  },
};
