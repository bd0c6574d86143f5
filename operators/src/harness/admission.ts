// Admits a variant: it includes what every target has, agrees with the reference on every case (moved in memory too),
// runs clean under AddressSanitizer and UndefinedBehaviorSanitizer, and is timed. Findings are values; nothing is fixed
// or hidden here.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperatorVariant } from '../descriptor.ts';
import { operatorsRoot, variantsOf } from '../registry.ts';
import { askOracle, type BuildOptions, type BuiltPlan, buildPlan, hostLevel, type Verdict } from './build.ts';
import { foreignHeaders } from './foreign-headers.ts';
import { runsHere } from './host-libraries.ts';
import { type Plan, planDrivers, type Specification } from './plan.ts';
import { QUESTIONS } from './questions.ts';
import { SPECIFICATIONS } from './specifications.ts';

export interface Finding {
  readonly step: 'headers' | 'agreement' | 'sanitizers';
  /** The specification, where one shows it. */
  readonly where: string;
  readonly detail: string;
}

export interface Admission {
  readonly operator: string;
  readonly variant: string;
  /** Why it was not tried here: the CPU, the architecture. */
  readonly skipped?: string;
  readonly cases: number;
  readonly findings: readonly Finding[];
  /** Median time of a call, and the reference's over it. */
  readonly timed: readonly {
    readonly question: string;
    readonly ns: number;
    readonly timesReference: number;
  }[];
}

export interface AdmissionOptions {
  readonly compiler?: string;
  readonly python?: string;
  /** Leave out the sanitizers, or the timing. */
  readonly sanitize?: boolean;
  readonly time?: boolean;
  readonly onStep?: (step: string) => void;
}

const SANITIZERS = [
  '-O1',
  '-g',
  '-fno-omit-frame-pointer',
  '-fsanitize=address,undefined',
  // Elements of any address are legal; vectors are loaded through memcpy.
  '-fno-sanitize=alignment',
  '-fno-sanitize-recover=all',
  '-shared-libsan',
];

/** Admits the variants of an operator that this machine runs, or the one that is named. */
export async function admit(
  operator: string,
  variant: string | undefined,
  options: AdmissionOptions = {},
): Promise<readonly Admission[]> {
  const chosen = variantsOf(operator).filter(({ name }) => variant === undefined || name === variant);
  if (chosen.length === 0) throw new RangeError(`${operator} has no variant ${variant}`);
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const level = hostLevel();
  const runnable = chosen.filter((each) => runsHere(each, architecture, level));
  const names = new Set(runnable.map(({ name }) => name));
  const keep = (each: OperatorVariant): boolean => each.operator === operator && names.has(each.name);
  const planOf = (specs: readonly Specification[]): Plan =>
    planDrivers(specs, architecture, level, true, keep);
  const findings = new Map<string, Finding[]>(chosen.map(({ name }) => [name, []]));
  const note = (name: string, finding: Finding): void => void findings.get(name)?.push(finding);

  for (const each of chosen)
    for (const detail of foreignHeaders(operatorsRoot, each.header))
      note(each.name, { step: 'headers', where: each.header, detail });

  const cases = new Map<string, number>();
  const timed: Verdict[] = [];
  if (names.size > 0) {
    const plan = planOf(SPECIFICATIONS.map(alsoMoved));
    options.onStep?.('agreement');
    for (const verdict of await verdictsOf(plan, options, [], (name, where, detail) =>
      note(name, { step: 'agreement', where, detail }),
    )) {
      cases.set(verdict.variant, (cases.get(verdict.variant) ?? 0) + verdict.cases);
      if (verdict.worst > 1)
        note(verdict.variant, { step: 'agreement', where: verdict.spec, detail: verdict.note });
    }
    if (options.sanitize ?? true) {
      options.onStep?.('sanitizers');
      await verdictsOf(plan, options, SANITIZERS, (name, where, detail) =>
        note(name, { step: 'sanitizers', where, detail }),
      );
    }
    if (options.time ?? true) {
      options.onStep?.('timing');
      const questions = planOf(QUESTIONS.filter(({ quick }) => quick));
      timed.push(...(await verdictsOf(questions, { ...options, rounds: 11 }, ['-O3'], () => {})));
    }
  }
  return chosen.map((each): Admission => {
    const own = timed.filter((verdict) => verdict.variant === each.name);
    return {
      operator,
      variant: each.name,
      ...(names.has(each.name)
        ? {}
        : { skipped: `needs ${[each.library ?? [], Object.values(each.isa)].flat().join(', ')}` }),
      cases: cases.get(each.name) ?? 0,
      findings: findings.get(each.name) ?? [],
      timed: own.map(({ spec, ns = 0, reference_ns = 0 }) => ({
        question: spec,
        ns,
        timesReference: reference_ns / ns,
      })),
    };
  });
}

/** Every case once more with its arrays one element further on in memory. */
const alsoMoved = (spec: Specification): Specification => ({
  ...spec,
  cases: spec.cases.flatMap((text) =>
    text.includes('rnd(') || text.includes('odd(') || text.includes('extreme(')
      ? [text, `tuple(moved(x) for x in ${text})`]
      : [text],
  ),
});

/** Where clang keeps the sanitizers' runtime; undefined where it is not installed. */
export function sanitizerRuntime(compiler = 'clang-19'): string | undefined {
  const arch = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const path = execFileSync(compiler, [`-print-file-name=libclang_rt.asan-${arch}.so`], {
    encoding: 'utf8',
  }).trim();
  return existsSync(path) ? path : undefined;
}

/** A driver whose process died is reported and left out, and the rest asked again. */
async function verdictsOf(
  plan: Plan,
  options: AdmissionOptions & Pick<BuildOptions, 'rounds'>,
  flags: readonly string[],
  onDeath: (variant: string, where: string, detail: string) => void,
): Promise<readonly Verdict[]> {
  if (plan.specs.length === 0) return [];
  const environment: Record<string, string> = { EVERYPATH_ANNOUNCE: '1' };
  if (flags === SANITIZERS) {
    const runtime = sanitizerRuntime(options.compiler);
    if (runtime === undefined) throw new Error('the sanitizers are not installed: libclang-rt-19-dev');
    environment.LD_PRELOAD = runtime;
    environment.ASAN_OPTIONS = 'detect_leaks=0:allocator_may_return_null=1';
    environment.UBSAN_OPTIONS = 'print_stacktrace=1';
  }
  const folder = await mkdtemp(join(tmpdir(), 'everypath-admission-'));
  try {
    const build = { ...options, flags, environment };
    let built: BuiltPlan = await buildPlan(plan, folder, build);
    for (;;) {
      const { verdicts, death } = await askOracle(built, build);
      if (!death) return verdicts;
      onDeath(death.variant, death.spec, summaryOf(death.report));
      const specs = built.specs
        .map((spec) => ({
          ...spec,
          drivers: spec.drivers.filter(({ name }) => spec.name !== death.spec || name !== death.variant),
        }))
        .filter(({ drivers }) => drivers.length > 0);
      if (specs.length === 0) return [];
      built = { ...built, specs };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The line that says what happened, and where in our headers. */
function summaryOf(report: string): string {
  const lines = report.split('\n');
  const what =
    lines.find((line) => /ERROR: AddressSanitizer|runtime error:|Error/.test(line)) ?? lines.at(-2) ?? '';
  const where = lines.find((line) => /^\s+#\d+ .*\/ops\//.test(line)) ?? '';
  return `${what.trim()} ${where.replace(/^.*\/(ops\/\S+).*$/, '$1').trim()}`.trim();
}
