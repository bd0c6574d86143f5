// Plays every policy on every problem of a fold. All of them meet the same noise at the same probe, so that they differ
// by what they do alone.

import { fastest, leadErrors } from '../model/belief.ts';
import type { Mixture } from '../model/prior/mixture.ts';
import { fitPrior, type Prior, type Views } from '../model/prior/prior.ts';
import type { SharedError } from '../model/prior/shared-error.ts';
import { overall } from '../model/prior/similarity.ts';
import { keyedRandom } from '../random.ts';
import { openCompany } from './company.ts';
import { CONTESTANTS, type Player, type Problem, playProduct } from './contestants.ts';
import { noiseStream } from './noise.ts';
import { type Reach, type RehearsalGame, rehearse } from './rehearse.ts';
import type { Fold, Split } from './split.ts';

export interface Game extends RehearsalGame {
  readonly policies: readonly string[];
  readonly repeats: number;
  readonly seed: string;
}

/** One fold's outcome; arrays are by play, then policy, then number of probes. */
export interface FoldOutcome {
  readonly fold: number;
  /** Of each play. */
  readonly device: Int32Array;
  /** Logarithm of the chosen variant's latency over the best one's. */
  readonly regret: Float32Array;
  /** Mean latency ratio of the probes so far; 1 before the first. */
  readonly exploration: Float32Array;
  /** By number of probes, then level: intervals that held the truth. */
  readonly covered: Float64Array;
  readonly intervals: Float64Array;
  readonly prior: Pick<Mixture, 'trust' | 'missing' | 'doubt'>;
  readonly shared: Pick<SharedError, 'device' | 'sizes'>;
  /** What the product's policy took a probe to be worth: the serves that profit from it. */
  readonly horizon: number;
}

/** Levels at which intervals are checked. */
export const LEVELS = [0.5, 0.8, 0.9, 0.95] as const;
/** Without repeats to learn from, one measurement is taken to vary by this much. */
const USUAL_NOISE = 0.2 ** 2;

export function playFold(split: Split, fold: Fold, views: Views, game: Game): FoldOutcome {
  const { test } = split;
  const { table } = test;
  const prior = fitPrior(
    {
      operators: fold.training.operators,
      deviceNames: table.devices,
      deviceFeatures: table.deviceFeatures,
      sizeFeatures: table.sizes,
      variantNames: fold.training.variantIds.map((ids) => [...ids.keys()]),
    },
    views,
    keyedRandom(`${game.seed}\nprior\n${fold.index}`),
  );
  const noise = fold.training.noise ?? USUAL_NOISE;
  const { probing, reaches } = rehearse(prior, game, noise, `${game.seed}\nrehearsals\n${fold.index}`);
  const plays = fold.problems.length * game.repeats;
  const width = game.policies.length * game.probes.length;
  const outcome: FoldOutcome = {
    fold: fold.index,
    device: new Int32Array(plays),
    regret: new Float32Array(plays * width),
    exploration: new Float32Array(plays * width),
    covered: new Float64Array(game.probes.length * LEVELS.length),
    intervals: new Float64Array(game.probes.length),
    prior: prior.mixture,
    // Views are functions, which no other thread can be given.
    shared: { device: prior.shared.device, sizes: prior.shared.sizes },
    horizon: probing.horizon,
  };
  const stage: Stage = { split, prior, game, noise, reaches, outcome };
  const places = Map.groupBy(fold.problems.keys(), (at) => test.device[fold.problems[at]!]!);
  for (const [device, own] of places) {
    // A device at a time: what is known of all problems of many would not fit into memory.
    const problems = own.map((at): Placed => {
      const index = fold.problems[at]!;
      return { at, index, ...describe(split, fold, prior, views, index), noise, probing };
    });
    for (let repeat = 0; repeat < game.repeats; repeat += 1) {
      for (const problem of problems) {
        outcome.device[problem.at * game.repeats + repeat] = device;
        for (const name of game.policies) if (name !== 'default') playOne(stage, problem, repeat, name);
      }
      if (game.policies.includes('default')) playTogether(stage, problems, repeat);
    }
  }
  return outcome;
}

interface Stage {
  readonly split: Split;
  readonly prior: Prior;
  readonly game: Game;
  readonly noise: number;
  readonly reaches: readonly Reach[];
  readonly outcome: FoldOutcome;
}

/** `at`: its place in the fold; `index`: in the table's cells. */
type Placed = Problem & { readonly at: number; readonly index: number };

/** Determines every draw of a play. */
const keyOf = ({ game }: Stage, { index }: Placed, repeat: number): string =>
  `${game.seed}\n${index}\n${repeat}`;

/** One play of a problem: its truth, its noise, and what came of it so far. */
function openPlay(stage: Stage, problem: Placed, repeat: number, name: string, player: Player) {
  const {
    split: { test },
    game,
    outcome,
  } = stage;
  const { at, index } = problem;
  const truth = test.truth.subarray(test.start[index]!, test.start[index + 1]!);
  const noise = noiseStream(game.noise, keyedRandom(keyOf(stage, problem, repeat)));
  const best = Math.min(...truth);
  const width = game.policies.length * game.probes.length;
  const base = (at * game.repeats + repeat) * width + game.policies.indexOf(name) * game.probes.length;
  let spent = 0;
  let done = 0;
  return {
    truth,
    probe(): void {
      const variant = player.probe();
      spent += Math.exp(truth[variant]! - best);
      done += 1;
      player.observe(variant, truth[variant]! + noise());
    },
    /** Writes down how it stands at the budget at this place. */
    record(budget: number): void {
      outcome.regret[base + budget] = truth[player.decide()]! - best;
      outcome.exploration[base + budget] = done === 0 ? 1 : spent / done;
    },
  };
}

function playOne(stage: Stage, problem: Placed, repeat: number, name: string): void {
  const player = CONTESTANTS[name]!(problem, keyedRandom(`${keyOf(stage, problem, repeat)}\n${name}`));
  const play = openPlay(stage, problem, repeat, name, player);
  let done = 0;
  for (const [budget, probes] of stage.game.probes.entries()) {
    for (; done < probes; done += 1) play.probe();
    play.record(budget);
  }
}

/** The product's policy on all problems of a device, a probe of each in turn: a device runs all its functions. */
function playTogether(stage: Stage, problems: readonly Placed[], repeat: number): void {
  const {
    split: { test },
    prior,
    game,
    noise,
    outcome,
    reaches,
  } = stage;
  const plays = problems.map((problem) => {
    const player = playProduct(problem);
    return {
      ...openPlay(stage, problem, repeat, 'default', player),
      player,
      operator: test.operator[problem.index]!,
      size: test.size[problem.index]!,
      names: test.variant.subarray(test.start[problem.index]!, test.start[problem.index + 1]!),
      prior: problem.prior,
    };
  });
  const hear = openCompany(plays, prior.shared, noise);
  let done = 0;
  for (const [budget, probes] of game.probes.entries()) {
    for (; done < probes; done += 1) {
      for (const play of plays) play.probe();
      hear(done + 1);
    }
    for (const { record, player, truth } of plays) {
      record(budget);
      for (const score of leadErrors(player.belief(), truth)) {
        outcome.intervals[budget]! += 1;
        for (const [level, share] of LEVELS.entries())
          if (score <= reaches[budget]!(share)) outcome.covered[budget * LEVELS.length + level]! += 1;
      }
    }
  }
}

/** What is known of a problem before its first probe. */
function describe(
  split: Split,
  fold: Fold,
  prior: Prior,
  views: Views,
  index: number,
): Omit<Problem, 'noise' | 'probing'> {
  const { test } = split;
  const operator = test.operator[index]!;
  const device = test.device[index]!;
  const ids = fold.training.variantIds[operator]!;
  const variants = Int32Array.from(
    test.variant.subarray(test.start[index]!, test.start[index + 1]!),
    (variant) => ids.get(variant) ?? -1,
  );
  const expected = prior.expect(operator, device, test.size[index]!, variants);
  return {
    count: variants.length,
    prior: expected,
    average: {
      mean: expected.opinions.contrasts[0]!,
      variance: new Float64Array(variants.length).fill(prior.scatter(operator)),
      correlation: null,
    },
    nearest: nearestChoice(
      fold,
      views,
      operator,
      device,
      test.size[index]!,
      variants,
      expected.opinions.contrasts[0]!,
    ),
  };
}

/** The fastest variant of the most alike device that measured at least one of them at this size. */
function nearestChoice(
  fold: Fold,
  views: Views,
  operator: number,
  device: number,
  size: number,
  variants: Int32Array,
  average: Float64Array,
): number {
  const measured = fold.training.operators[operator]!;
  const { between } = overall(views.devices);
  let choice = fastest(average);
  let nearest = -1;
  for (let row = 0; row + 1 < measured.start.length; row += 1) {
    if (measured.size[row] !== size) continue;
    const alike = between(device, measured.device[row]!);
    if (alike <= nearest) continue;
    let lowest = Number.POSITIVE_INFINITY;
    let found = -1;
    for (let cell = measured.start[row]!; cell < measured.start[row + 1]!; cell += 1) {
      const at = variants.indexOf(measured.variant[cell]!);
      if (at < 0 || measured.value[cell]! >= lowest) continue;
      lowest = measured.value[cell]!;
      found = at;
    }
    if (found < 0) continue;
    nearest = alike;
    choice = found;
  }
  return choice;
}
