// Compiles a plan's units to shared libraries with the system's clang and runs the oracle on them.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { IsaLevel } from '@everypath/schema';
import { includeDirectories, operatorsRoot } from '../registry.ts';
import { hostLibraries } from './host-libraries.ts';
import type { Plan } from './plan.ts';

const run = promisify(execFile);

/** What the oracle says of one variant on one specification. */
export interface Verdict {
  readonly spec: string;
  readonly operator: string;
  readonly variant: string;
  readonly cases: number;
  /** Largest error as a share of what the tolerance allows; above 1 fails. */
  readonly worst: number;
  readonly note: string;
  /** Median time of the first case, when rounds were asked for. */
  readonly ns?: number;
  /** The same for NumPy or Pillow, through Python. */
  readonly reference_ns?: number;
  /** The same for each peer; null for one that is not installed. */
  readonly peers_ns?: Readonly<Record<string, number | null>>;
}

export interface BuildOptions {
  readonly compiler?: string;
  readonly python?: string;
  readonly flags?: readonly string[];
  /** Time each variant's first case in this many rounds, interleaved with the others. */
  readonly rounds?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

const FLAGS = [
  '-std=c++23',
  '-O2',
  '-stdlib=libc++',
  '-fno-exceptions',
  '-fno-rtti',
  '-ffp-contract=off',
  // As programs are compiled: integers wrap.
  '-fwrapv',
  '-fPIC',
];
const WARNINGS = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-function', '-Wno-pass-failed'];

/** The highest level that this Linux machine runs, from /proc/cpuinfo; the baseline elsewhere. */
export function hostLevel(): IsaLevel {
  if (process.arch === 'arm64') return 'armv8-a';
  let flags: ReadonlySet<string>;
  try {
    flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' '));
  } catch {
    return 'x86-64';
  }
  const has = (...names: readonly string[]): boolean => names.every((name) => flags.has(name));
  if (!has('ssse3', 'sse4_1', 'sse4_2', 'popcnt')) return 'x86-64';
  if (!has('avx2', 'fma', 'bmi1', 'bmi2', 'f16c', 'movbe')) return 'x86-64-v2';
  return has('avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl') ? 'x86-64-v4' : 'x86-64-v3';
}

/** A plan's libraries on disk. */
export interface BuiltPlan {
  readonly folder: string;
  readonly libraries: readonly string[];
  readonly specs: Plan['specs'];
}

/** What a run of the oracle came to: every verdict, or those before the process died and what it left behind. */
export interface OracleRun {
  readonly verdicts: readonly Verdict[];
  readonly death?: { readonly spec: string; readonly variant: string; readonly report: string };
}

/** Builds every unit into `folder`. */
export async function buildPlan(plan: Plan, folder: string, options: BuildOptions = {}): Promise<BuiltPlan> {
  const { compiler = 'clang-19', flags = [] } = options;
  const libraries = plan.units.map((_, index) => join(folder, `unit${index}.so`));
  const queue = plan.units.map((unit, index) => ({ unit, index }));
  queue.sort((a, b) => b.unit.source.length - a.unit.source.length);
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const source = join(folder, `unit${next.index}.cpp`);
      await writeFile(source, next.unit.source);
      const include = includeDirectories.map((directory) => `-I${directory}`);
      const target = [`-march=${next.unit.isa}`, ...next.unit.flags];
      const args = [...FLAGS, ...WARNINGS, ...target, ...flags, ...include, '-shared', '-nostdlib++', source];
      const { library } = next.unit;
      const called = library ? [hostLibraries().get(library)!] : [];
      await run(compiler, [...args, ...called, '-lm', '-o', libraries[next.index]!]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return { folder, libraries, specs: plan.specs };
}

/** Runs every case of what was built. */
export async function askOracle(built: BuiltPlan, options: BuildOptions = {}): Promise<OracleRun> {
  const { python = '/usr/bin/python3', rounds = 0, environment = {} } = options;
  const file = join(built.folder, 'plan.json');
  await writeFile(file, JSON.stringify({ libraries: built.libraries, rounds, specs: built.specs }));
  const script = join(operatorsRoot, 'src', 'harness', 'oracle.py');
  const { code, stdout, stderr } = await runOracle(python, [script, file], {
    ...process.env,
    OPENBLAS_NUM_THREADS: '1',
    ...environment,
  });
  const lines = stdout
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Verdict | Begun);
  const verdicts = lines.filter((line): line is Verdict => !('begun' in line));
  if (code === 0) return { verdicts };
  const last = lines.findLast((line): line is Begun => 'begun' in line);
  if (last === undefined) throw new Error(`the oracle did not start: ${stderr.slice(-2000)}`);
  return { verdicts, death: { spec: last.begun, variant: last.variant, report: stderr } };
}

interface Begun {
  readonly begun: string;
  readonly variant: string;
}

const runOracle = (
  python: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(python, args, { maxBuffer: 1 << 28, env }, (error, stdout, stderr) =>
      resolve({ code: error ? 1 : 0, stdout, stderr }),
    );
  });

/** Builds every unit, runs every case, and gives the verdicts in the plan's order. */
export async function runPlan(plan: Plan, options: BuildOptions = {}): Promise<readonly Verdict[]> {
  const folder = await mkdtemp(join(tmpdir(), 'everypath-conformance-'));
  try {
    const { verdicts, death } = await askOracle(await buildPlan(plan, folder, options), options);
    if (death) throw new Error(`${death.spec} / ${death.variant}: ${death.report.slice(-4000)}`);
    return verdicts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
