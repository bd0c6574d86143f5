// What is believed of one problem's variants on one device: a joint Gaussian over their log latencies, from a prior on
// their contrasts and an unknown common level, conditioned on what was measured. Exact, and small: only the measured
// variants enter the system that is solved.

import { cholesky, solve } from './linear.ts';
import type { Estimate } from './robust.ts';

export interface ContrastPrior {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** Variance beside that which no other variant shares; none by default. */
  readonly own?: Float64Array;
  /** Row-major correlation of the contrasts; null: independent. */
  readonly correlation: Float64Array | null;
}

/** What is expected before anything is measured of the problem itself. */
export interface Expected {
  readonly mean: Float64Array;
  covariance(a: number, b: number): number;
  /** Whether what is measured of one variant may say anything of another. */
  readonly related: boolean;
}

export interface Belief {
  /** Log latency; without a measurement only the differences mean something. */
  readonly mean: Float64Array;
  /** Of two variants' log latencies; without a measurement: of their contrasts. */
  covariance(a: number, b: number): number;
  /** Of the variants, how often each was measured. */
  readonly counts: Int32Array;
  readonly measured: number;
  /** Degrees of freedom of the Student's process that it is: the fewer, the heavier its tails. */
  readonly freedom: number;
}

/** What is measured of a variant: the logarithms of its latencies on this device. */
export type Measurements = readonly (readonly number[])[];

/** Degrees of freedom: few, since errors of foresight have heavy tails. */
const FREEDOM = 3;
/** Of the noise, whose tails are as heavy. */
const NOISE_FREEDOM = 3;
/** The squared scale of a Student's t with so many degrees, as a share of the variance that its body and tails suggest. */
const NOISE_CORE = 0.58;
const MOST_ROUNDS = 4;
/** Trust in a measurement that changes by less than this is settled. */
const SETTLED = 0.05;

/**
 * Conditions the prior. `noise` is the variance of one measurement's logarithm, as the range of most of them suggests; its
 * tails are Student's: a measurement far from what all else says counts for little (expectation maximisation over the
 * scales of a Gaussian mixture, Lange, Little & Taylor 1989).
 */
export function believe(prior: ContrastPrior | Expected, measurements: Measurements, noise: number): Belief {
  const { mean: expected, covariance: before, related } = 'related' in prior ? prior : expectedOf(prior);
  const count = expected.length;
  const counts = Int32Array.from(measurements, (each) => each.length);
  const seen = Array.from(counts.keys()).filter((v) => counts[v]! > 0);
  const m = seen.length;
  if (m === 0)
    return { mean: Float64Array.from(expected), covariance: before, counts, measured: 0, freedom: FREEDOM };

  const core = NOISE_CORE * noise;
  const trust = seen.map((v) => new Float64Array(counts[v]!).fill(NOISE_CORE));
  let known = condition(expected, before, related, seen, locate(seen, measurements, trust, core));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let change = 0;
    for (let i = 0; i < m; i += 1) {
      const v = seen[i]!;
      const middle = known.meanOf(v);
      const unsure = known.covariance(v, v);
      for (const [at, value] of measurements[v]!.entries()) {
        const square = ((value - middle) ** 2 + unsure) / core;
        const next = (NOISE_FREEDOM + 1) / (NOISE_FREEDOM + square);
        change = Math.max(change, Math.abs(next - trust[i]![at]!));
        trust[i]![at] = next;
      }
    }
    if (change < SETTLED) break;
    known = condition(expected, before, related, seen, locate(seen, measurements, trust, core));
  }
  // Student's process (Shah et al. 2014): where the prior was wrong about what is measured, it is doubted in the rest too.
  const freedom = FREEDOM + m - 1;
  const doubt = (FREEDOM + known.surprise) / freedom;
  const { covariance } = known;
  return {
    mean: Float64Array.from({ length: count }, (_, v) => known.meanOf(v)),
    counts,
    measured: counts.reduce((total, each) => total + each, 0),
    freedom,
    covariance: (a, b) => doubt * covariance(a, b),
  };
}

type Covariance = Belief['covariance'];

export function expectedOf({ mean, variance, own, correlation }: ContrastPrior): Expected {
  const count = mean.length;
  const sd = variance.map(Math.sqrt);
  return {
    mean,
    related: correlation !== null,
    covariance: (a, b) =>
      a === b ? variance[a]! + (own?.[a] ?? 0) : (correlation?.[a * count + b] ?? 0) * sd[a]! * sd[b]!,
  };
}

/** Of each measured variant the trusted mean, and its variance. */
const locate = (
  seen: readonly number[],
  measurements: Measurements,
  trust: readonly Float64Array[],
  core: number,
): readonly Estimate[] =>
  seen.map((v, i) => {
    let weight = 0;
    let total = 0;
    for (const [at, value] of measurements[v]!.entries()) {
      weight += trust[i]![at]!;
      total += trust[i]![at]! * value;
    }
    return { mean: total / weight, variance: core / weight };
  });

/** What a variant takes from each that was seen, and the share of the level that this leaves to it. */
interface Gain {
  readonly gain: Float64Array;
  readonly free: number;
}

/**
 * The Gaussian update by what was located of the variants `seen`, under a common level that nothing is known of. Where the
 * prior relates no two variants, those that were not seen learn of the level alone.
 */
function condition(
  expected: Float64Array,
  before: Covariance,
  related: boolean,
  seen: readonly number[],
  located: readonly Estimate[],
) {
  const m = seen.length;
  const system = new Float64Array(m * m);
  for (let i = 0; i < m; i += 1) {
    for (let j = 0; j <= i; j += 1) system[i * m + j] = before(seen[i]!, seen[j]!);
    system[i * m + i]! += located[i]!.variance;
  }
  cholesky(system, m);
  const rest = Float64Array.from(seen, (v, i) => located[i]!.mean - expected[v]!);
  const solvedRest = solve(system, m, rest);
  const solvedOnes = solve(system, m, new Float64Array(m).fill(1));
  const precision = sum(solvedOnes);
  // The level has a flat prior: its estimate is the generalised mean of what the prior does not explain.
  const level = sum(solvedRest) / precision;
  const update = solvedRest.map((value, i) => value - level * solvedOnes[i]!);
  let surprise = 0;
  for (let i = 0; i < m; i += 1) surprise += (rest[i]! - level) * update[i]!;
  const apart: Gain = { gain: new Float64Array(m), free: 1 };
  const gains = new Map<number, Gain>();
  const gainOf = (v: number): Gain => {
    if (!related && !seen.includes(v)) return apart;
    let own = gains.get(v);
    if (own === undefined) {
      const gain = solve(
        system,
        m,
        Float64Array.from(seen, (each) => before(v, each)),
      );
      own = { gain, free: 1 - sum(gain) };
      gains.set(v, own);
    }
    return own;
  };
  return {
    surprise,
    meanOf(v: number): number {
      let value = expected[v]! + level;
      for (let i = 0; i < m; i += 1) value += before(v, seen[i]!) * update[i]!;
      return value;
    },
    covariance(a: number, b: number): number {
      const { gain, free } = gainOf(a);
      let value = before(a, b) + (free * gainOf(b).free) / precision;
      for (let i = 0; i < m; i += 1) value -= gain[i]! * before(b, seen[i]!);
      return value;
    },
  };
}

/** The variant believed fastest; the first of equals. */
export function fastest(mean: ArrayLike<number>): number {
  let best = 0;
  for (let v = 1; v < mean.length; v += 1) if (mean[v]! < mean[best]!) best = v;
  return best;
}

/** Variance of the difference between two variants' log latencies. */
export const differenceVariance = ({ covariance }: Belief, a: number, b: number): number =>
  Math.max(covariance(a, a) + covariance(b, b) - 2 * covariance(a, b), 1e-12);

/**
 * Of all variants but the one believed fastest: how wrong the belief is about its lead over them, in the standard
 * deviations that it gives.
 */
export function* leadErrors(belief: Belief, truth: Float64Array): Generator<number> {
  const { mean } = belief;
  const first = fastest(mean);
  for (let v = 0; v < truth.length; v += 1) {
    if (v === first) continue;
    const error = truth[v]! - truth[first]! - (mean[v]! - mean[first]!);
    yield Math.abs(error) / Math.sqrt(differenceVariance(belief, v, first));
  }
}

const sum = (values: Float64Array): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
