// `numpy.argsort(x)[:k]`, which the compiler makes one node: the order of the k smallest only.

import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { arrayType, refuse } from '../../src/value-types.ts';

export const operator: OperatorDescriptor = {
  name: 'everypath.topk',
  callees: ['everypath.topk'],
  summary: 'Where the k smallest elements are, in ascending order.',
  semantics: 'The first k of a stable ascending argsort, NaN last; k counts as the stop of a Python slice.',
  tolerance: { kind: 'ties', relative: 0 },
  features: ['elements', 'k', 'bytes'],
  resolve: (call) => {
    const [scores, k] = call.args;
    if (scores?.type.kind !== 'array' || scores.type.shape.length !== 1 || k?.type.kind !== 'int') {
      return refuse('top-k takes a vector and an integer', 'sort a vector');
    }
    return {
      kind: 'kernel',
      operator: 'everypath.topk',
      operands: [
        { from: 'arg', index: 0 },
        { from: 'arg', index: 1 },
      ],
      attributes: {},
      results: [arrayType('int64', [null])],
    };
  },
};
