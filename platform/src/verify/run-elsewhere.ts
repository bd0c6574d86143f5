// Runs a program of another system on its cases: on the machine that there is for it, judged here by the same rules as
// a program of this system. Cases are laid out once; an answer that a runner gave before is not judged again.

import type { Program } from '@everypath/client';
import type { Machine } from '../emulators/machines.ts';
import { type CapturedCall, FAULT, MAX_ANSWERS } from '../emulators/protocol.ts';
import { recordedProgram } from '../emulators/recorded-program.ts';
import type { RunnerPool } from '../emulators/runner-pool.ts';
import type { RunnerAnswer, RunnerProcess } from '../emulators/runner-process.ts';
import type { Allowance } from './compare.ts';
import { type Answer, createTally, judge, nothingRan, type Outcome } from './judge.ts';
import type { OracleCase } from './oracle.ts';
import { toValue } from './tagged.ts';

type Description = ReturnType<Program['describe']>;

export interface Elsewhere {
  /** How many cases a run has. */
  readonly cases: number;
  /** Runs one program on all cases. */
  run(machine: Machine, file: string): Promise<Outcome>;
}

export interface ElsewhereOptions {
  readonly pool: RunnerPool;
  /** What every program must say of itself; its nodes may differ. */
  readonly description: Description;
  readonly cases: readonly OracleCase[];
  readonly allowance: Allowance;
}

const failure = (message: string): Answer => ({
  kind: 'failed',
  failure: { kind: 'error', message, line: null },
});

function faultText(faults: number): string | null {
  if (faults & FAULT.argumentsChanged) return 'the program changed its arguments';
  if (faults & FAULT.platformRegisterChanged)
    return 'the program used x18, which its system keeps for itself';
  if (faults & FAULT.invalidResult) return 'the program returned a value that the C ABI does not know';
  return null;
}

/** Lays the cases out for runners. */
export function runElsewhere({ pool, description, cases, allowance }: ElsewhereOptions): Elsewhere {
  const recorded = recordedProgram(description);
  const calls = cases.map((one) => captureOrNull(recorded.capture, one));
  const judged = new WeakMap<RunnerProcess, Map<string, Answer>>();
  const signature = JSON.stringify(description.signature);
  let answer: RunnerAnswer & { readonly bytes: Uint8Array } = {
    index: -1,
    answer: 0,
    status: 0,
    faults: 0,
    bytes: new Uint8Array(),
  };
  const program = {
    describe: () => description,
    invoke: (args: Parameters<Program['invoke']>[0]) => recorded.replay(args, answer),
  };
  // Cases whose arguments never reach a program come out the same for all of them.
  const refused = cases.map((one, index) => (calls[index] ? null : judge(program, one, allowance)));

  function judgeAnswer(
    given: RunnerAnswer,
    one: OracleCase,
    round: number,
    seen: Map<string, Answer>,
  ): Answer {
    const fault = faultText(given.faults);
    if (fault) return failure(fault);
    const key = `${round} ${given.index} ${given.answer}`;
    const known = given.answer < MAX_ANSWERS ? seen.get(key) : undefined;
    if (known) return known;
    if (given.bytes === null) return failure('the runner repeats an answer that it never gave');
    answer = { ...given, bytes: given.bytes };
    const result = judge(program, one, allowance);
    seen.set(key, result);
    return result;
  }

  return {
    cases: cases.length,
    run: (machine, file) =>
      pool.run(machine, file, calls, (run, runner) => {
        if (run.kind === 'failed') return nothingRan(run.reason);
        const said = JSON.parse(run.description) as Description;
        if (said.tag !== description.tag || JSON.stringify(said.signature) !== signature)
          return nothingRan('the program describes itself as another function');
        const seen = judged.get(runner) ?? new Map<string, Answer>();
        judged.set(runner, seen);
        const tally = createTally();
        const given = new Map(run.answers.map((each) => [each.index, each]));
        for (const [index, one] of cases.entries()) {
          const its = given.get(index);
          tally.add(
            one,
            refused[index] ?? (its ? judgeAnswer(its, one, run.round, seen) : failure('no answer came')),
          );
        }
        return tally.outcome;
      }),
  };
}

/** Null where the client refuses the arguments before any program is entered. */
function captureOrNull(
  capture: (args: Parameters<Program['invoke']>[0]) => CapturedCall,
  one: OracleCase,
): CapturedCall | null {
  try {
    return capture(one.arguments.map(toValue));
  } catch {
    return null;
  }
}
