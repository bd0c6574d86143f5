// One evaluation: reads a table, plays every policy fold by fold on a few threads, and returns the figures. The product's
// own policy is called `default`; what the figures mean is said beside them.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { SelectorError } from '../errors.ts';
import { EXPERTS } from '../model/prior/experts.ts';
import type { Doubt } from '../model/prior/mixture.ts';
import { viewsOf } from '../model/prior/prior.ts';
import { CONTESTANTS } from './contestants.ts';
import { noiseOf } from './noise.ts';
import { type Calibration, type PolicyResult, scoreCalibration, scorePolicies } from './score.ts';
import type { FoldOutcome, Game } from './simulate.ts';
import { playFold } from './simulate.ts';
import { type Protocol, problemsOf, type Split, splitByDevice, splitByTime } from './split.ts';
import { readTable, type Table } from './table.ts';

export const POLICIES: readonly string[] = Object.keys(CONTESTANTS);
export const DEFAULT_PROBES: readonly number[] = [0, 1, 3, 5, 10, 20];

export interface EvaluationOptions {
  readonly protocol?: Protocol;
  readonly probes?: readonly number[];
  readonly policies?: readonly string[];
  readonly seed?: string;
  readonly noise?: 'auto' | 'none';
  /** Times that each problem is played; by default more often the fewer there are. */
  readonly repeats?: number;
  /** Threads; 0 plays in this one. */
  readonly threads?: number;
  readonly onFold?: (done: number, folds: number) => void;
}

export interface EvaluationReport {
  readonly data: {
    readonly rows: number;
    readonly dropped: number;
    readonly devices: number;
    readonly operators: number;
    readonly sizes: number;
    readonly variants: number;
    /** That were played: with a choice between at least two variants. */
    readonly problems: number;
    readonly plays: number;
  };
  readonly protocol: {
    readonly name: Protocol;
    readonly problem: string;
    readonly probe: string;
    readonly regret: string;
    readonly gapClosed: string;
    readonly explorationCost: string;
    readonly folds: number;
    readonly noise: string;
    readonly repeats: number;
    readonly seed: string;
    readonly intervals: string;
  };
  readonly results: readonly PolicyResult[];
  readonly calibration: readonly Calibration[];
  /** What each fold's model came to trust: averaged over folds. */
  readonly model: {
    readonly trust: Readonly<Record<string, number>>;
    readonly missing: number;
    /** Shares of a prediction's variance, by sign of doubt. */
    readonly doubt: Readonly<Record<keyof Doubt, number>>;
    /** Of an error’s variance, what all problems of a device share, and those of one operator besides where sizes are equal. */
    readonly shared: { readonly device: number; readonly operator: number };
    /** Serves that a probe was taken to profit, so that exploring kept to its bound in rehearsals; the geometric mean. */
    readonly horizon: number;
  };
}

/** What a thread is given. */
export interface Assignment {
  readonly table: Table;
  readonly protocol: Protocol;
  readonly game: Omit<Game, 'noise'> & { readonly noise: 'auto' | 'none' };
}

/** Small tables are played several times, so that one draw of the noise does not decide. */
const FEW_PLAYS = 4000;
const MOST_REPEATS = 8;

/** Evaluates the policies on a table in a file. */
export async function evaluateFile(path: string, options: EvaluationOptions = {}): Promise<EvaluationReport> {
  return evaluateTable(await readTable(path), options);
}

export async function evaluateTable(
  table: Table,
  options: EvaluationOptions = {},
): Promise<EvaluationReport> {
  const protocol = options.protocol ?? 'leave-one-device-out';
  const probes = [...new Set(options.probes ?? DEFAULT_PROBES)].sort((a, b) => a - b);
  const unknown = options.policies?.find((name) => !POLICIES.includes(name));
  if (unknown !== undefined) throw new SelectorError('EP_BAD_TABLE', `there is no policy '${unknown}'`);
  const policies = [...new Set(['default', 'sbs', ...(options.policies ?? POLICIES)])];
  const split = splitOf(table, protocol);
  const problems = problemsOf(split.test).length;
  if (problems === 0)
    throw new SelectorError(
      'EP_BAD_TABLE',
      'there is nothing to choose: no problem has two variants to judge',
    );
  const repeats = options.repeats ?? Math.min(MOST_REPEATS, Math.max(1, Math.ceil(FEW_PLAYS / problems)));
  const seed = options.seed ?? '1';
  const assignment: Assignment = {
    table,
    protocol,
    game: { policies, probes, repeats, seed, noise: options.noise ?? 'auto' },
  };
  const outcomes = await playAll(assignment, split.folds, options);
  const game: Game = { ...assignment.game, noise: noiseOf(split.test.residuals, options.noise) };
  return {
    data: {
      rows: table.logUs.length,
      dropped: table.dropped,
      devices: table.devices.length,
      operators: table.operators.length,
      sizes: table.sizes.length,
      variants: table.variants.length,
      problems,
      plays: problems * repeats,
    },
    protocol: {
      name: protocol,
      ...MEANING,
      folds: split.folds,
      noise: NOISE_MEANING[game.noise.kind],
      repeats,
      seed,
    },
    results: scorePolicies(outcomes, game),
    calibration: scoreCalibration(outcomes, probes),
    model: averageModel(outcomes),
  };
}

/**
 * A budget of probes is a problem's own: one device, one operator, one size. Published baselines on these tables give
 * figures for probes `a device and operator`; they can only mean the same. Played so, random picks cost 2.14, 1.93 and
 * 1.42 times the best (published 2.14, 1.93, 1.41), five uniform probes leave 1.013 on the GPU table (published 1.014),
 * and exploring uniformly costs 1.6 to 3.0 times the best (published 1.6 to 3.0). Five probes spread over an operator's
 * hundreds of sizes could not leave 1.4 %. The single best variant is a size's own (1.439, 1.149, 1.034; published 1.424,
 * 1.148, 1.033): one for all sizes of an operator would cost 1.76 on the GPU table. The published nearest device (1.253)
 * depends on which of eight strangers the only RDNA GPU is said to be like: with its neighbour by all features, 1.310.
 *
 * A device's problems take their probes in turn, as a device runs all its functions. The product's policy hears of all of
 * them; the others are as they were published, each problem by itself.
 */
const MEANING = {
  problem:
    'one device, one operator, one size, two or more variants that ran there; variants without a row are infeasible',
  probe:
    'one noisy measurement of one variant in that very problem; budgets are per problem, spent in rounds over a device’s problems; `default` also heeds what it measured in the device’s other problems, the others do not',
  regret:
    'log of the chosen variant’s latency over the best one’s, both as the median of the table’s rows; mean over problems',
  gapClosed:
    '(SBS − chosen) / (SBS − VBS) of mean log latency; SBS by an additive log model over the training devices',
  explorationCost:
    'mean over a problem’s probes of latency over the best variant’s, geometric mean over problems; 1 without probes',
  intervals: '95 %, resampling devices',
} as const;

const NOISE_MEANING = {
  repeats: 'departures of the table’s repeats from their median, resampled; lag-1 correlation 0.34',
  student:
    'Student t with 3 degrees of freedom, scale 0.15 in log space (too few repeats here); lag-1 correlation 0.34',
  none: 'none',
} as const;

export const splitOf = (table: Table, protocol: Protocol): Split =>
  protocol === 'time' ? splitByTime(table) : splitByDevice(table);

/** Plays folds in this thread. */
export function openGame({ table, protocol, game }: Assignment): (fold: number) => FoldOutcome {
  const split = splitOf(table, protocol);
  const views = viewsOf({
    deviceNames: table.devices,
    deviceFeatures: table.deviceFeatures,
    sizeFeatures: table.sizes,
  });
  const full: Game = { ...game, noise: noiseOf(split.test.residuals, game.noise) };
  return (fold) => playFold(split, split.fold(fold), views, full);
}

async function playAll(
  assignment: Assignment,
  folds: number,
  options: EvaluationOptions,
): Promise<readonly FoldOutcome[]> {
  const threads = Math.min(options.threads ?? Math.min(availableParallelism(), 4), folds);
  const outcomes: FoldOutcome[] = [];
  const take = (outcome: FoldOutcome): void => {
    outcomes.push(outcome);
    options.onFold?.(outcomes.length, folds);
  };
  if (threads < 2) {
    const play = openGame(assignment);
    for (let fold = 0; fold < folds; fold += 1) take(play(fold));
    return outcomes;
  }
  let next = 0;
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: assignment });
      try {
        while (next < folds) take(await playIn(worker, next++));
      } finally {
        await worker.terminate();
      }
    }),
  );
  // Threads finish in any order; figures do not depend on it.
  return outcomes.sort((a, b) => a.fold - b.fold);
}

function playIn(worker: Worker, fold: number): Promise<FoldOutcome> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (outcome: FoldOutcome) => {
      worker.off('error', reject);
      resolve(outcome);
    });
    worker.postMessage(fold);
  });
}

function averageModel(outcomes: readonly FoldOutcome[]): EvaluationReport['model'] {
  const mean = (pick: (outcome: FoldOutcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + pick(outcome), 0) / outcomes.length;
  return {
    trust: Object.fromEntries(
      EXPERTS.map((name, index) => [name, mean(({ prior }) => prior.trust[index] ?? 0)]),
    ),
    missing: mean(({ prior }) => prior.missing),
    shared: {
      device: mean(({ shared }) => shared.device),
      operator: mean(({ shared }) => shared.sizes.reduce((sum, each) => sum + each, 0)),
    },
    horizon: Math.exp(mean(({ horizon }) => Math.log(horizon))),
    doubt: {
      foreseen: mean(({ prior }) => prior.doubt.foreseen),
      floor: mean(({ prior }) => prior.doubt.floor),
      dispute: mean(({ prior }) => prior.doubt.dispute),
      behind: mean(({ prior }) => prior.doubt.behind),
    },
  };
}
