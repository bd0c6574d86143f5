// Is our best variant of each operator faster than what people call instead? One run, interleaved rounds, medians. Ours
// are called through the admission harness (value conversion, size features, the kernel, giving the result back), the
// others through Python; both from the same Python process with the same operands and all of the machine's cores. And
// is there something to choose between: how far the variants lie apart, and how often the best one is another.
// `--only=matmul,sort` leaves out questions of other groups.

import { availableParallelism } from 'node:os';
import { type OperatorVariant, operators, variantsOf } from '@everypath/operators';
import { ISA_LEVELS, type IsaLevel, isaCovers } from '@everypath/schema';
import { hostLevel, runPlan, type Verdict } from '../operators/src/harness/build.ts';
import { planDrivers } from '../operators/src/harness/plan.ts';
import { QUESTIONS, type Question } from '../operators/src/harness/questions.ts';
import { geometricMean } from './operators/geometric-mean.ts';
import { type Answer, bestAt, type Spread, spreadOf, worstOverBest } from './operators/spread.ts';
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

/** One question's answer, as a machine reads it; times are medians in nanoseconds. */
interface OperatorAnswer {
  readonly name: string;
  readonly group: string;
  readonly best: string;
  readonly ns: number;
  readonly peers: Readonly<Record<string, number>>;
  /** The fastest peer over our best. */
  readonly ratio: number;
  readonly worstOverBest: number;
  readonly variants: Readonly<Record<string, number>>;
}

interface OperatorsReport extends BenchReport {
  readonly answers: readonly OperatorAnswer[];
  /** Questions that a peer answers faster. */
  readonly losses: readonly string[];
  readonly geometricMean: number;
  readonly spread: Readonly<Record<string, Spread>>;
}

function answerOf(timed: Timed, level: IsaLevel): OperatorAnswer {
  const best = bestAt(timed, level, ARCHITECTURE);
  const peer = timed.peers.reduce((a, b) => (b.ns < a.ns ? b : a));
  return {
    name: timed.name,
    group: timed.group,
    best: best.variant.name,
    ns: best.ns,
    peers: Object.fromEntries(timed.peers.map(({ name, ns }) => [name, ns])),
    ratio: peer.ns / best.ns,
    worstOverBest: worstOverBest(timed, level, ARCHITECTURE),
    variants: Object.fromEntries(timed.variants.map(({ variant, ns }) => [variant.name, ns])),
  };
}

function rowOf({ name, best, ns, peers, ratio }: OperatorAnswer, missing: readonly string[]): BenchRow {
  const others = Object.entries(peers).map(([peer, peerNs]) => `${peer} ${(peerNs / ns).toFixed(2)} ×`);
  const gone = missing.map((peer) => `${peer} not installed`);
  const note = [best, ...others, ...gone, ...(ratio < 1 ? ['LOSS'] : [])].join('; ');
  return { name, value: ns / 1e6, unit: 'ms', ratio, note };
}

const spreadRow = (group: string, spread: Spread): BenchRow => ({
  name: `spread of ${group}`,
  value: spread.widest,
  unit: '×',
  note:
    `worst variant over best, at most; best differs between sizes ${spread.bySize} times in ` +
    `${spread.sizeSteps}, from the level below ${spread.byLevel} times in ${spread.levelSteps}`,
});

const notReference = (variant: OperatorVariant): boolean => !variant.reference;

/** The questions that `--only=` asks for, or all. */
function questionsAsked(argv: readonly string[]): readonly Question[] {
  const only = argv.find((argument) => argument.startsWith('--only='));
  if (only === undefined) return QUESTIONS;
  const wanted = only.slice('--only='.length).split(',');
  const known = [...new Set(QUESTIONS.map(({ group }) => group))];
  const unknown = wanted.find((group) => !known.includes(group));
  if (unknown !== undefined) throw new RangeError(`no group '${unknown}'; there are ${known.join(', ')}`);
  return QUESTIONS.filter(({ group }) => wanted.includes(group));
}

/** Runs the suite. A row's ratio says how many times our best is faster than the fastest of the others. */
export async function run({ json }: BenchOptions): Promise<OperatorsReport> {
  const level = hostLevel();
  const cores = String(availableParallelism());
  const questions = questionsAsked(process.argv);
  const plan = planDrivers(questions, ARCHITECTURE, level, true, notReference);
  if (!json)
    console.log(`operators: ${operators.length} in the library, ${plan.specs.length} questions at ${level}`);
  const verdicts = await runPlan(plan, {
    rounds: ROUNDS,
    flags: ['-O3', ...(level === 'x86-64-v4' ? ['-mprefer-vector-width=512'] : [])],
    environment: { OPENBLAS_NUM_THREADS: cores, EVERYPATH_THREADS: cores },
  });
  const timed = questions.map((question) => timedOf(question, verdicts));
  const answers = timed.map((each) => answerOf(each, level));
  const losses = answers.filter(({ ratio }) => ratio < 1).map(({ name }) => name);
  const mean = geometricMean(answers.map(({ ratio }) => ratio));
  const levels = (ISA_LEVELS[ARCHITECTURE] as readonly IsaLevel[]).filter((each) => isaCovers(level, each));
  const spread = Object.fromEntries(
    [...new Set(timed.map(({ group }) => group))].map((group): [string, Spread] => [
      group,
      spreadOf(
        timed.filter((each) => each.group === group),
        levels,
        ARCHITECTURE,
      ),
    ]),
  );
  return {
    name: 'operators',
    answers,
    losses,
    geometricMean: mean,
    spread,
    rows: [
      ...answers.map((answer, index) => rowOf(answer, timed[index]!.missing)),
      {
        name: 'geometric mean',
        value: mean,
        unit: '×',
        note: `faster than the fastest other; ${losses.length} losses in ${answers.length}`,
      },
      ...Object.entries(spread).map(([group, each]) => spreadRow(group, each)),
    ],
  };
}
