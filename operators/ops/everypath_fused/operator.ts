// Fused elementwise chains. The compiler makes these nodes from runs of `map` ops and writes the body.

import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { refuse } from '../../src/value-types.ts';

export const operator: OperatorDescriptor = {
  name: 'everypath.fused',
  callees: [],
  summary: 'A chain of elementwise operations over broadcast inputs, in one pass.',
  semantics:
    'Inputs broadcast as in NumPy; each operation rounds once in its own dtype, so + - * / sqrt and comparisons ' +
    'agree with NumPy bit for bit, and transcendental functions within a few units in the last place.',
  tolerance: { kind: 'float', relative: 2e-6, absolute: 1e-7 },
  features: ['elements', 'inner', 'inputs', 'strided'],
  resolve: () => refuse('everypath.fused is made by the compiler', 'write the elementwise operations'),
};
