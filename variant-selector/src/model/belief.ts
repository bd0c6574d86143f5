// What is believed of one problem's variants on one device: a joint Gaussian over their log latencies, from a prior on
// their contrasts and an unknown common level, conditioned on what was measured. Exact, and small: only the measured
// variants enter the system that is solved.

import { cholesky, solve } from './linear.ts';
import { type Estimate, robustLocation } from './robust.ts';

export interface ContrastPrior {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** Variance beside that which no other variant shares; none by default. */
  readonly own?: Float64Array;
  /** Row-major correlation of the contrasts; null: independent. */
  readonly correlation: Float64Array | null;
}

export interface Belief {
  /** Log latency; without a measurement only the differences mean something. */
  readonly mean: Float64Array;
  /** Of two variants' log latencies; without a measurement: of their contrasts. */
  covariance(a: number, b: number): number;
  /** Of the variants, how often each was measured. */
  readonly counts: Int32Array;
  readonly measured: number;
}

/** What is measured of a variant: the logarithms of its latencies on this device. */
export type Measurements = readonly (readonly number[])[];

/** Degrees of freedom: few, since errors of foresight have heavy tails. */
const FREEDOM = 3;

/** Conditions the prior. `noise` is the variance of one measurement's logarithm. */
export function believe(prior: ContrastPrior, measurements: Measurements, noise: number): Belief {
  const count = prior.mean.length;
  const sd = prior.variance.map(Math.sqrt);
  const before = (a: number, b: number): number =>
    a === b
      ? prior.variance[a]! + (prior.own?.[a] ?? 0)
      : (prior.correlation?.[a * count + b] ?? 0) * sd[a]! * sd[b]!;
  const counts = Int32Array.from(measurements, (each) => each.length);
  const seen: number[] = [];
  const located: Estimate[] = [];
  for (let v = 0; v < count; v += 1) {
    if (measurements[v]!.length === 0) continue;
    seen.push(v);
    located.push(robustLocation(measurements[v]!.map((mean) => ({ mean, variance: noise }))));
  }
  const m = seen.length;
  if (m === 0) return { mean: Float64Array.from(prior.mean), covariance: before, counts, measured: 0 };

  const system = new Float64Array(m * m);
  for (let i = 0; i < m; i += 1) {
    for (let j = 0; j <= i; j += 1) system[i * m + j] = before(seen[i]!, seen[j]!);
    system[i * m + i]! += located[i]!.variance;
  }
  cholesky(system, m);
  const rest = Float64Array.from(seen, (v, i) => located[i]!.mean - prior.mean[v]!);
  const solvedRest = solve(system, m, rest);
  const solvedOnes = solve(system, m, new Float64Array(m).fill(1));
  const precision = sum(solvedOnes);
  // The level has a flat prior: its estimate is the generalised mean of what the prior does not explain.
  const level = sum(solvedRest) / precision;
  const update = solvedRest.map((value, i) => value - level * solvedOnes[i]!);
  // Student's process (Shah et al. 2014): where the prior was wrong about what is measured, it is doubted in the rest too.
  let surprise = 0;
  for (let i = 0; i < m; i += 1) surprise += (rest[i]! - level) * update[i]!;
  const doubt = (FREEDOM + surprise) / (FREEDOM + m - 1);
  const mean = new Float64Array(count);
  const gains: Float64Array[] = [];
  const free = new Float64Array(count);
  for (let v = 0; v < count; v += 1) {
    const cross = Float64Array.from(seen, (each) => before(v, each));
    let value = prior.mean[v]! + level;
    for (let i = 0; i < m; i += 1) value += cross[i]! * update[i]!;
    mean[v] = value;
    gains.push(solve(system, m, cross));
    free[v] = 1 - sum(gains[v]!);
  }
  return {
    mean,
    counts,
    measured: counts.reduce((total, each) => total + each, 0),
    covariance(a, b) {
      let value = before(a, b) + (free[a]! * free[b]!) / precision;
      for (let i = 0; i < m; i += 1) value -= gains[a]![i]! * before(b, seen[i]!);
      return doubt * value;
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

const sum = (values: Float64Array): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
