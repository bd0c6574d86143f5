// A C-contiguous copy: `numpy.ascontiguousarray` of a view, `.copy()`. Layout changes such as HWC to CHW happen here.

import { bindArguments, isAbsent } from '../../src/arguments.ts';
import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { dtypeArgument } from '../../src/dtypes.ts';
import { refuse } from '../../src/value-types.ts';

export const operator: OperatorDescriptor = {
  name: 'numpy.ascontiguousarray',
  callees: ['numpy.ascontiguousarray', 'numpy.ndarray.copy', 'numpy.copy'],
  summary: 'The array in C order without gaps.',
  semantics: 'Element for element; the dtype stays.',
  tolerance: { kind: 'exact' },
  features: ['elements', 'inner', 'bytes', 'inner_stride'],
  resolve: (call) => {
    const bound = bindArguments(call, ['a', 'dtype']);
    if (typeof bound === 'string') return refuse(bound, 'give the array only');
    const array = bound.get('a');
    if (array?.operand.type.kind !== 'array') {
      return refuse(`${call.callee} takes an array`, 'convert with numpy.asarray first');
    }
    const dtype = bound.get('dtype');
    if (!isAbsent(dtype) && dtypeArgument(dtype!.operand) !== array.operand.type.dtype) {
      return refuse('another dtype is a cast', 'write x.astype(dtype)');
    }
    return {
      kind: 'kernel',
      operator: 'numpy.ascontiguousarray',
      operands: [array.reference],
      attributes: {},
      results: [array.operand.type],
    };
  },
};
