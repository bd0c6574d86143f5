// The policies that are held against each other. Each plays one problem at a time: it names the variant that it would
// serve for good, and the one that it would serve next to learn. `default` is the product's own; the rest is what one
// would do without it.

import { type Belief, believe, type ContrastPrior, type Expected, fastest } from '../model/belief.ts';
import { nextProbe, type ProbeOptions } from '../policy/probe.ts';
import { normal, type Random } from '../random.ts';

/** What a policy may know of a problem before its first probe. */
export interface Problem {
  readonly count: number;
  /** By the product's model. */
  readonly prior: ContrastPrior;
  /** Of the average training device: the order of the single best variants. */
  readonly average: ContrastPrior;
  /** The variant that is fastest on the most alike training device. */
  readonly nearest: number;
  /** Variance of one measurement, as training repeats have it. */
  readonly noise: number;
  /** What the product may spend on learning. */
  readonly probing: Exploring;
}

export interface Exploring extends ProbeOptions {
  /** Where serves have cost so many of the best beside their own, nothing more is tried. */
  readonly mostSpent: number;
}

export interface Player {
  /** The variant to serve for good, as far as is known. */
  decide(): number;
  /** The variant to serve next while learning. */
  probe(): number;
  observe(variant: number, logLatency: number): void;
}

export type Contestant = (problem: Problem, random: Random) => Player;

const EPSILON = 0.1;
/** The exploration bonus that the published baselines did best with. */
const WIDENED = 2;

const fixed =
  (choose: (problem: Problem) => number): Contestant =>
  (problem) => {
    const variant = choose(problem);
    return { decide: () => variant, probe: () => variant, observe: () => {} };
  };

/** Keeps measurements; believes anew only when asked after one. */
function believer(problem: Pick<Problem, 'count' | 'noise'>, prior: ContrastPrior) {
  let expected: ContrastPrior | Expected = prior;
  const measurements: number[][] = Array.from({ length: problem.count }, () => []);
  let belief: Belief | null = null;
  return {
    measurements,
    observe(variant: number, logLatency: number): void {
      measurements[variant]!.push(logLatency);
      belief = null;
    },
    belief(): Belief {
      belief ??= believe(expected, measurements, problem.noise);
      return belief;
    },
    /** Expects otherwise from now on, beside what was measured. */
    expect(otherwise: Expected): void {
      expected = otherwise;
      belief = null;
    },
  };
}

/** The product's own policy, which draws nothing by chance. */
export function playProduct(problem: Pick<Problem, 'count' | 'prior' | 'noise' | 'probing'>) {
  const { observe, belief, expect, measurements } = believer(problem, problem.prior);
  const decide = (): number => fastest(belief().mean);
  let total = 0;
  let serves = 0;
  let shortest = Number.POSITIVE_INFINITY;
  /** What all serves took beyond as many of the shortest, in such serves. */
  const spent = (): number => (serves === 0 ? 0 : total / shortest - serves);
  return {
    observe(variant: number, logLatency: number): void {
      observe(variant, logLatency);
      total += Math.exp(logLatency);
      serves += 1;
      shortest = Math.min(shortest, Math.exp(logLatency));
    },
    belief,
    expect,
    measurements,
    decide,
    spent,
    probe: () =>
      spent() > problem.probing.mostSpent
        ? decide()
        : nextProbe(belief(), problem.noise, problem.probing).variant,
  };
}

const thompson =
  (widened: number, inOrder: boolean): Contestant =>
  (problem, random) => {
    const { observe, belief, measurements } = believer(problem, problem.average);
    return {
      observe,
      decide: () => fastest(belief().mean),
      probe() {
        const { mean, covariance } = belief();
        if (inOrder) {
          const untried = mean.map((value, v) =>
            measurements[v]!.length === 0 ? value : Number.POSITIVE_INFINITY,
          );
          const next = fastest(untried);
          if (Number.isFinite(untried[next]!)) return next;
        }
        return fastest(
          mean.map((value, v) => value + widened * Math.sqrt(covariance(v, v)) * normal(random)),
        );
      },
    };
  };

/** Lowest mean of what was measured; before that the single best variant. */
function sampleMeans(problem: Problem) {
  const sums = new Float64Array(problem.count);
  const counts = new Float64Array(problem.count);
  const first = fastest(problem.average.mean);
  return {
    observe(variant: number, logLatency: number): void {
      sums[variant]! += logLatency;
      counts[variant]! += 1;
    },
    decide(): number {
      const means = sums.map((sum, v) => (counts[v]! > 0 ? sum / counts[v]! : Number.POSITIVE_INFINITY));
      const best = fastest(means);
      return counts[best]! > 0 ? best : first;
    },
  };
}

const epsilonGreedy: Contestant = (problem, random) => {
  const means = sampleMeans(problem);
  return {
    ...means,
    probe: () => (random() < EPSILON ? Math.floor(random() * problem.count) : means.decide()),
  };
};

/** Every variant in turn, in random order. */
const uniform: Contestant = (problem, random) => {
  const order = Array.from({ length: problem.count }, (_, v) => ({ v, at: random() })).sort(
    (a, b) => a.at - b.at,
  );
  let turn = 0;
  return { ...sampleMeans(problem), probe: () => order[turn++ % order.length]!.v };
};

const chance: Contestant = (problem, random) => {
  const pick = (): number => Math.floor(random() * problem.count);
  return { decide: pick, probe: pick, observe: () => {} };
};

export const CONTESTANTS: Readonly<Record<string, Contestant>> = {
  default: playProduct,
  random: chance,
  sbs: fixed((problem) => fastest(problem.average.mean)),
  'nearest-device': fixed((problem) => problem.nearest),
  'epsilon-greedy': epsilonGreedy,
  thompson: thompson(1, false),
  uniform,
  'ordered-thompson': thompson(WIDENED, true),
};
