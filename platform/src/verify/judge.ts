// Whether a program does what CPython did, case by case, and what all cases come to. The program may be in this
// process, in a browser or elsewhere: it is what can be called.

import { ArgumentError, type Program, PythonError, UnsupportedError, type Value } from '@everypath/client';
import type { Type } from '@everypath/schema';
import { type Allowance, type Comparison, compare } from './compare.ts';
import type { OracleCase } from './oracle.ts';
import { textOfTagged, toValue } from './tagged.ts';

/** What judging needs of a program. */
export interface Judged {
  describe(): Pick<ReturnType<Program['describe']>, 'signature'>;
  invoke(args: readonly Value[]): Value;
}

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

const MAX_FAILURES = 5;

export type Answer =
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

/** Calls a program with one case's arguments and compares. */
export function judge(program: Judged, one: OracleCase, allowance: Allowance): Answer {
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

/** Adds answers up. */
export function createTally(): { add(one: OracleCase, answer: Answer): void; readonly outcome: Outcome } {
  const failures: Failure[] = [];
  let cases = 0;
  let passed = 0;
  let worst = 0;
  return {
    add(one, answer) {
      cases++;
      const worse = answer.kind === 'compared' ? answer.comparison.worst : 0;
      if (Number.isFinite(worse)) worst = Math.max(worst, worse);
      if (answer.kind === 'compared' && answer.comparison.ok) {
        passed++;
        return;
      }
      if (failures.length >= MAX_FAILURES) return;
      const failure: Omit<Failure, 'index'> =
        answer.kind === 'failed'
          ? answer.failure
          : { kind: 'mismatch', message: answer.comparison.message, line: null };
      failures.push({
        ...failure,
        index: one.index,
        message: `case ${one.index} ${argumentsText(one)}: ${failure.message}`,
      });
    },
    get outcome() {
      return { cases, passed, worst, failures };
    },
  };
}

/** What a program that could not be run at all comes to. */
export const nothingRan = (message: string): Outcome => ({
  cases: 0,
  passed: 0,
  worst: 0,
  failures: [{ kind: 'error', index: -1, message, line: null }],
});
