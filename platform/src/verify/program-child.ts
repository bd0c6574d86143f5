// A child process that runs programs, so that one that crashes or hangs takes nothing else with it. Gets the cases
// with their answers once, then programs to run them on; compares here, so that no result crosses the process.

import { openProgram } from '@everypath/client';
import type { TargetName } from '@everypath/schema';
import type { Allowance } from './compare.ts';
import { createTally, judge, nothingRan, type Outcome } from './judge.ts';
import type { OracleCase } from './oracle.ts';

export interface RunRequest {
  readonly kind: 'run';
  readonly id: number;
  readonly file: string;
  readonly target: TargetName;
  /** Key of cases that came before. */
  readonly cases: string;
  readonly allowance: Allowance;
}

export type ChildRequest =
  | { readonly kind: 'cases'; readonly key: string; readonly cases: readonly OracleCase[] }
  | { readonly kind: 'forget'; readonly key: string }
  | RunRequest;

export type ChildReply =
  /** Sent once the process is up and takes the job on: its time counts from here. */
  | { readonly kind: 'taken'; readonly id: number }
  | { readonly kind: 'ran'; readonly id: number; readonly outcome: Outcome };

const held = new Map<string, readonly OracleCase[]>();

async function runAll({ file, target, cases: key, allowance }: RunRequest): Promise<Outcome> {
  const program = await openProgram(file, { target });
  const tally = createTally();
  try {
    for (const one of held.get(key) ?? []) tally.add(one, judge(program, one, allowance));
  } finally {
    program.close();
  }
  return tally.outcome;
}

const failed = (error: unknown): Outcome =>
  nothingRan(error instanceof Error ? error.message : String(error));

process.on('message', (request: ChildRequest) => {
  if (request.kind === 'cases') held.set(request.key, request.cases);
  else if (request.kind === 'forget') held.delete(request.key);
  else {
    const { id } = request;
    const reply = (message: ChildReply) => process.send?.(message);
    reply({ kind: 'taken', id });
    runAll(request)
      .catch(failed)
      .then((outcome) => reply({ kind: 'ran', id, outcome }));
  }
});
process.on('disconnect', () => process.exit(0));
