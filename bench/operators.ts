// Is our best variant of each operator faster than what people call instead? One run, interleaved rounds, medians. Ours
// are called through the admission harness (value conversion, size features, the kernel, giving the result back), the
// others through Python; both from the same Python process with the same operands and all of the machine's cores. And
// is there something to choose between: how far the variants lie apart, and how often the best one is another.

import { availableParallelism } from 'node:os';
import { type OperatorVariant, operators, variantsOf } from '@everypath/operators';
import { ISA_LEVELS, type IsaLevel, isaCovers } from '@everypath/schema';
import { hostLevel, runPlan, type Verdict } from '../operators/src/harness/build.ts';
import { planDrivers } from '../operators/src/harness/plan.ts';
import { QUESTIONS, type Question } from '../operators/src/harness/questions.ts';
import { geometricMean } from './operators/geometric-mean.ts';
import { type Answer, bestAt, spreadOf } from './operators/spread.ts';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const ROUNDS = 15;

/** A question's variants and peers, with their medians in nanoseconds. */
interface Timed extends Answer {
  readonly peers: readonly { readonly name: string; readonly ns: number }[];
  readonly missing: readonly string[];
}

const referenceName = ({ group }: Question): string =>
  group === 'resize' || group === 'convert' ? 'Pillow' : 'NumPy';

function timedOf(question: Question, verdicts: readonly Verdict[]): Timed {
  const own = verdicts.filter(({ spec }) => spec === question.name);
  const first = own[0];
  if (first === undefined) throw new Error(`${question.name} was not measured`);
  const wrong = own.find(({ worst }) => worst > 1);
  if (wrong) throw new Error(`${wrong.spec} / ${wrong.variant}: ${wrong.note}`);
  const peers = Object.entries(first.peers_ns ?? {});
  return {
    group: question.group,
    name: question.name,
    variants: own.map(({ operator, variant, ns = Number.NaN }) => {
      const known = variantsOf(operator).find(({ name }) => name === variant);
      if (!known) throw new Error(`${variant} is no variant of ${operator}`);
      return { variant: known, ns };
    }),
    peers: [
      { name: referenceName(question), ns: first.reference_ns ?? Number.NaN },
      ...peers.flatMap(([name, ns]) => (ns === null ? [] : [{ name, ns }])),
    ],
    missing: peers.filter(([, ns]) => ns === null).map(([name]) => name),
  };
}

function rowOf(timed: Timed, level: IsaLevel): { readonly row: BenchRow; readonly ratio: number } {
  const best = bestAt(timed, level, ARCHITECTURE);
  const peer = timed.peers.reduce((a, b) => (b.ns < a.ns ? b : a));
  const ratio = peer.ns / best.ns;
  const others = timed.peers.map(({ name, ns }) => `${name} ${(ns / best.ns).toFixed(2)} ×`);
  const gone = timed.missing.map((name) => `${name} not installed`);
  const parts = [best.variant.name, ...others, ...gone, ...(ratio < 1 ? ['LOSS'] : [])];
  return {
    ratio,
    row: { name: timed.name, value: best.ns / 1e6, unit: 'ms', ratio, note: parts.join('; ') },
  };
}

const notReference = (variant: OperatorVariant): boolean => !variant.reference;

/** Runs the suite. A row's ratio says how many times our best is faster than the fastest of the others. */
export async function run({ json }: BenchOptions): Promise<BenchReport> {
  const level = hostLevel();
  const known = new Set(operators.map(({ name }) => name));
  const cores = String(availableParallelism());
  const plan = planDrivers(QUESTIONS, ARCHITECTURE, level, true, notReference);
  if (!json)
    console.log(`operators: ${known.size} in the library, ${plan.specs.length} questions at ${level}`);
  const verdicts = await runPlan(plan, {
    rounds: ROUNDS,
    flags: ['-O3', ...(level === 'x86-64-v4' ? ['-mprefer-vector-width=512'] : [])],
    environment: { OPENBLAS_NUM_THREADS: cores, EVERYPATH_THREADS: cores },
  });
  const timed = QUESTIONS.map((question) => timedOf(question, verdicts));
  const rows = timed.map((each) => rowOf(each, level));
  const losses = rows.filter(({ ratio }) => ratio < 1);
  const levels = (ISA_LEVELS[ARCHITECTURE] as readonly IsaLevel[]).filter((each) => isaCovers(level, each));
  const groups = [...new Set(timed.map(({ group }) => group))];
  return {
    name: 'operators',
    rows: [
      ...rows.map(({ row }) => row),
      {
        name: 'geometric mean',
        value: geometricMean(rows.map(({ ratio }) => ratio)),
        unit: '×',
        note: `faster than the fastest other; ${losses.length} losses in ${rows.length}`,
      },
      ...groups.map((group): BenchRow => {
        const spread = spreadOf(
          timed.filter((each) => each.group === group),
          levels,
          ARCHITECTURE,
        );
        return {
          name: `spread of ${group}`,
          value: spread.widest,
          unit: '×',
          note:
            `worst variant over best, at most; best differs between sizes ${spread.bySize} times in ` +
            `${spread.sizeSteps}, from the level below ${spread.byLevel} times in ${spread.levelSteps}`,
        };
      }),
    ],
  };
}
