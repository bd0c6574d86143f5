// One file through `everypath verify`: CPython's answers, one program for this machine per set of argument types, and
// whether they agree. Everything that can go wrong ends as a report with a reason and, where known, a line.

import { readFile } from 'node:fs/promises';
import type { Diagnostic, Frontend, IrModule } from '@everypath/compiler';
import type { TargetName, Type } from '@everypath/schema';
import { allowanceOf } from './allowance.ts';
import type { Failure, Outcome } from './judge.ts';
import { askOracle, type OracleCase, type OracleEntry } from './oracle.ts';
import type { ProgramPool } from './program-pool.ts';

export interface VerifyReport {
  readonly file: string;
  /** unsupported: the compiler or the program said that it does not do this. mismatch: it did, and differently. */
  readonly status: 'pass' | 'mismatch' | 'unsupported' | 'error';
  readonly cases: number;
  readonly passed: number;
  /** Empty for a pass. */
  readonly reason: string;
  /** Line in the file, where one is known. */
  readonly line: number | null;
}

export interface VerifySettings {
  readonly entry?: string;
  readonly rtol?: number;
  readonly atol?: number;
}

export interface VerifyPorts {
  readonly frontend: Pick<Frontend, 'compileSource'>;
  /** Makes one program of a module for this machine and gives its file. */
  readonly build: (module: IrModule) => Promise<{ readonly file: string; readonly target: TargetName }>;
  readonly pool: ProgramPool;
}

/** Cases that one program serves: those whose open arguments have the same types. */
interface Group {
  /** By parameter name, where the annotation leaves it open. */
  readonly argumentTypes: Readonly<Record<string, Type>>;
  readonly cases: readonly OracleCase[];
}

/** Splits cases by the types of the arguments that the annotations leave open. */
export function groupsOf(entry: OracleEntry, cases: readonly OracleCase[]): readonly Group[] {
  const groups = new Map<string, { argumentTypes: Readonly<Record<string, Type>>; cases: OracleCase[] }>();
  for (const one of cases) {
    const open = entry.parameters.flatMap((name, index) => {
      const type = entry.open[index] ? one.types[index] : null;
      return type ? [[name, type] as const] : [];
    });
    const argumentTypes = Object.fromEntries(open);
    const key = JSON.stringify(argumentTypes);
    const group = groups.get(key) ?? { argumentTypes, cases: [] };
    group.cases.push(one);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ argumentTypes, cases: own }) => {
    // What an open result comes out as is the same for all cases of one set of argument types.
    const result = entry.resultOpen ? own.find((one) => one.resultType !== null)?.resultType : null;
    return { argumentTypes: result ? { ...argumentTypes, return: result } : argumentTypes, cases: own };
  });
}

const lineOf = (diagnostic: Diagnostic): number | null => diagnostic.span?.line ?? null;

function refusalOf(diagnostics: readonly Diagnostic[]): {
  readonly reason: string;
  readonly line: number | null;
} {
  const error = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (!error) return { reason: 'the compiler gave no program and no reason', line: null };
  return { reason: `${error.code}: ${error.message}`, line: lineOf(error) };
}

/** The worst of a file's failures decides: wrong before broken before refused. */
const RANK: Readonly<Record<Failure['kind'], number>> = { mismatch: 0, error: 1, unsupported: 2 };

function reportOf(file: string, entry: OracleEntry, outcomes: readonly Outcome[]): VerifyReport {
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  const worst = failures.toSorted((a, b) => RANK[a.kind] - RANK[b.kind])[0];
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const report = (status: VerifyReport['status'], reason: string, line: number | null): VerifyReport => ({
    file,
    status,
    cases: entry.cases,
    passed,
    reason,
    line,
  });
  if (!worst) {
    const all = passed === entry.cases;
    return report(all ? 'pass' : 'error', all ? '' : 'not every case was run', null);
  }
  return report(worst.kind, worst.message, worst.line ?? (worst.kind === 'unsupported' ? entry.line : null));
}

/** Verifies one file. */
export async function verifyFile(
  file: string,
  settings: VerifySettings,
  { frontend, build, pool }: VerifyPorts,
): Promise<VerifyReport> {
  const failed = (
    status: VerifyReport['status'],
    reason: string,
    line: number | null,
    cases = 0,
  ): VerifyReport => ({
    file,
    status,
    cases,
    passed: 0,
    reason,
    line,
  });
  const entry = settings.entry ? { entry: settings.entry } : {};
  try {
    const source = await readFile(file, 'utf8');
    const answer = await askOracle({ file, ...entry });
    if (answer.kind === 'refused') return failed('error', answer.message, answer.line);
    const count = answer.entry.cases;
    const outcomes: Outcome[] = [];
    for (const { argumentTypes, cases } of groupsOf(answer.entry, answer.cases)) {
      const compiled = await frontend.compileSource({
        source,
        file,
        ...entry,
        argumentTypes,
      });
      if (!compiled.module) {
        const { reason, line } = refusalOf(compiled.diagnostics);
        return failed('unsupported', reason, line, count);
      }
      const program = await build(compiled.module);
      outcomes.push(await pool.run({ ...program, cases, allowance: allowanceOf(compiled.module, settings) }));
    }
    return reportOf(file, answer.entry, outcomes);
  } catch (error) {
    return failed('error', error instanceof Error ? error.message : String(error), null);
  }
}
