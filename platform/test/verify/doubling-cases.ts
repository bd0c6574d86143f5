// Cases of a program that doubles its argument, for programs made by hand.

import type { OracleCase } from '../../src/verify/oracle.ts';

const int = (value: bigint) => ({ kind: 'int', value }) as const;

/** 1, 2 and 3, and what CPython would return for each. */
export const DOUBLING: readonly OracleCase[] = [1n, 2n, 3n].map((value, index) => ({
  index,
  arguments: [int(value)],
  types: [{ kind: 'int' }],
  expected: { kind: 'returned', value: int(value * 2n) },
  resultType: { kind: 'int' },
  changed: [],
}));
