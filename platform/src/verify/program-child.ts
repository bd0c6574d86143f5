// A child process that runs programs, so that one that crashes or hangs takes nothing else with it. Gets the cases
// with their answers once, then programs to run them on; compares here, so that no result crosses the process.

import { ArgumentError, openProgram, PythonError, UnsupportedError } from '@everypath/client';
import type { TargetName, Type } from '@everypath/schema';
import { type Allowance, type Comparison, compare } from './compare.ts';
import type { OracleCase } from './oracle.ts';
import { textOfTagged, toValue } from './tagged.ts';

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

export interface Failure {
  /** unsupported: the program said that a value leaves what it can represent. */
  readonly kind: 'mismatch' | 'unsupported' | 'error';
  readonly index: number;
  readonly message: string;
  /** Line in the Python source, where one is known. */
  readonly line: number | null;
}

/** What running all cases on one program came to. */
export interface Outcome {
  readonly cases: number;
  readonly passed: number;
  /** Largest error seen as a share of what the tolerance allows. */
  readonly worst: number;
  readonly failures: readonly Failure[];
}

export type ChildReply =
  /** Sent once the process is up and takes the job on: its time counts from here. */
  | { readonly kind: 'taken'; readonly id: number }
  | { readonly kind: 'ran'; readonly id: number; readonly outcome: Outcome };

const MAX_FAILURES = 5;
const held = new Map<string, readonly OracleCase[]>();

type Answer =
  | { readonly kind: 'compared'; readonly comparison: Comparison }
  | { readonly kind: 'failed'; readonly failure: Omit<Failure, 'index'> };

const mismatch = (message: string, line: number | null = null): Answer => ({
  kind: 'failed',
  failure: { kind: 'mismatch', message, line },
});

/** How a raised exception, or a refusal to run, compares with what CPython did. */
function judgeError(error: unknown, { expected }: OracleCase): Answer {
  const text = error instanceof Error ? error.message : String(error);
  const raised = expected.kind === 'raised' ? expected : null;
  if (error instanceof PythonError) {
    const line = error.frames.at(-1)?.line ?? null;
    if (raised?.type === error.type && raised.message === error.pythonMessage) {
      return { kind: 'compared', comparison: { ok: true, worst: 0, message: '' } };
    }
    const python = raised ? `raised ${raised.type}: ${raised.message}` : 'returned a value';
    return mismatch(`CPython ${python}, the program raised ${error.type}: ${error.pythonMessage}`, line);
  }
  if (error instanceof UnsupportedError) {
    return {
      kind: 'failed',
      failure: { kind: 'unsupported', message: text, line: error.frames.at(-1)?.line ?? null },
    };
  }
  // Arguments that the signature does not admit: fine where CPython does not get through them either.
  if (error instanceof ArgumentError && raised) {
    return { kind: 'compared', comparison: { ok: true, worst: 0, message: '' } };
  }
  const kind = error instanceof ArgumentError ? 'error' : 'mismatch';
  return { kind: 'failed', failure: { kind, message: text, line: null } };
}

function judge(
  program: Awaited<ReturnType<typeof openProgram>>,
  one: OracleCase,
  allowance: Allowance,
): Answer {
  if (one.changed.length > 0) {
    return mismatch(
      `the function changes its argument ${one.changed.join(', ')}, and programs leave theirs alone`,
    );
  }
  const type: Type = program.describe().signature.result;
  try {
    const value = program.invoke(one.arguments.map(toValue));
    if (one.expected.kind === 'raised') {
      const { type: name, message, line } = one.expected;
      return mismatch(`CPython raised ${name}: ${message}, the program returned a value`, line);
    }
    return { kind: 'compared', comparison: compare(one.expected.value, value, type, allowance) };
  } catch (error) {
    return judgeError(error, one);
  }
}

const argumentsText = (one: OracleCase): string => `(${one.arguments.map(textOfTagged).join(', ')})`;

async function runAll({ file, target, cases: key, allowance }: RunRequest): Promise<Outcome> {
  const cases = held.get(key) ?? [];
  const failures: Failure[] = [];
  let passed = 0;
  let worst = 0;
  const program = await openProgram(file, { target });
  try {
    for (const one of cases) {
      const answer = judge(program, one, allowance);
      const worse = answer.kind === 'compared' ? answer.comparison.worst : 0;
      if (Number.isFinite(worse)) worst = Math.max(worst, worse);
      if (answer.kind === 'compared' && answer.comparison.ok) {
        passed++;
        continue;
      }
      if (failures.length >= MAX_FAILURES) continue;
      const failure: Omit<Failure, 'index'> =
        answer.kind === 'failed'
          ? answer.failure
          : { kind: 'mismatch', message: answer.comparison.message, line: null };
      failures.push({
        ...failure,
        index: one.index,
        message: `case ${one.index} ${argumentsText(one)}: ${failure.message}`,
      });
    }
  } finally {
    program.close();
  }
  return { cases: cases.length, passed, worst, failures };
}

const failed = (error: unknown): Outcome => ({
  cases: 0,
  passed: 0,
  worst: 0,
  failures: [
    { kind: 'error', index: -1, message: error instanceof Error ? error.message : String(error), line: null },
  ],
});

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
