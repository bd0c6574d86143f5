// What the demo's devices call a function with, and what CPython answers to it.

import type { Value } from '@everypath/client';
import { Failure } from '../failure.ts';
import type { Allowance } from '../verify/compare.ts';
import type { OracleCase } from '../verify/oracle.ts';
import { toValue } from '../verify/tagged.ts';
import type { DemoExample } from './demo-examples.ts';

export interface Workload {
  readonly inputs: readonly Value[];
  readonly expected: OracleCase['expected'];
  readonly allowance: Allowance;
}

/** The example's workload among its cases. */
export function workloadOf(
  example: DemoExample,
  cases: readonly OracleCase[],
  allowance: Allowance,
): Workload {
  const chosen = cases[example.workload];
  if (!chosen) throw new Failure('EP_NO_CASE', `${example.file} has no case ${example.workload}`);
  return { inputs: chosen.arguments.map(toValue), expected: chosen.expected, allowance };
}
