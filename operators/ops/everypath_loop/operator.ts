// Outlined scalar loops. The compiler makes these nodes from loops without nodes of their own and writes the body.

import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { refuse } from '../../src/value-types.ts';

export const operator: OperatorDescriptor = {
  name: 'everypath.loop',
  callees: [],
  summary: 'A loop over Python numbers.',
  semantics:
    "CPython's numbers: float is double, never contracted or reassociated; int is 64 bits, overflow is an error.",
  tolerance: { kind: 'float', relative: 1e-15, absolute: 0 },
  features: ['work'],
  resolve: () => refuse('everypath.loop is made by the compiler', 'write a loop'),
};
