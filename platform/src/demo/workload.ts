// What the demo's devices call a function with, and what CPython answers to it.

import type { Value } from '@everypath/client';
import { Failure } from '../failure.ts';
import type { Allowance } from '../verify/compare.ts';
import { askOracle, type OracleCase } from '../verify/oracle.ts';
import { toValue } from '../verify/tagged.ts';
import type { DemoExample } from './demo-examples.ts';

export interface Workload {
  readonly inputs: readonly Value[];
  readonly expected: OracleCase['expected'];
  readonly allowance: Allowance;
}

/** Asks CPython for the example's workload case. */
export async function loadWorkload(example: DemoExample, allowance: Allowance): Promise<Workload> {
  const answer = await askOracle({ file: example.file });
  if (answer.kind === 'refused') {
    throw new Failure(
      'EP_NO_ORACLE',
      `CPython cannot run ${example.file}: ${answer.message}`,
      'everypath doctor',
    );
  }
  const chosen = answer.cases[example.workload];
  if (!chosen) throw new Failure('EP_NO_CASE', `${example.file} has no case ${example.workload}`);
  return { inputs: chosen.arguments.map(toValue), expected: chosen.expected, allowance };
}
