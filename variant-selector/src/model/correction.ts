// From nodes to whole calls: what the program spends outside its nodes, and what nodes do to each other (caches,
// allocation). Learned from the calls of the class; a variant's own calls count for more the more there are.

import { median } from 'simple-statistics';
import type { CallCell } from './call-cells.ts';
import type { Estimate } from './robust.ts';
import type { Variances } from './variances.ts';

/** A function's candidate before correction: the sum of its nodes. */
export interface PathSum extends Estimate {
  readonly variant: string;
  /** Logarithm of nanoseconds. */
  readonly mean: number;
}

export interface Correction {
  /** Nanoseconds outside the nodes, added to every candidate. */
  readonly overheadNs: number;
  /** Log factor on every candidate, used where the nodes themselves are not measured. */
  readonly factor: number;
  readonly calls: number;
}

export interface CorrectedPath extends Estimate {
  readonly variant: string;
  /** Whole calls of this variant in this class that took part. */
  readonly calls: number;
  /** Share of the variance that the nodes bring in; the rest is this path's alone. */
  readonly nodeShare: number;
}

/** Nodes whose sum is less certain than this (standard deviation in log space) say nothing of overhead. */
const VAGUE = 0.5;
const PRIOR_COUNT = 8;

/** Corrects all candidates of one function on one class. `cells`: variant → its calls, measured in that class. */
export function correctPaths(
  sums: readonly PathSum[],
  cells: Readonly<Record<string, CallCell>>,
  variances: Variances,
  /** What calls take beyond their nodes in the classes around this one, as a logarithm. */
  inherited: { readonly factor: number } | null = null,
): { readonly paths: readonly CorrectedPath[]; readonly correction: Correction } {
  const pairs = sums.flatMap((sum) => {
    const seen = cells[sum.variant];
    return seen === undefined ? [] : [{ sum, seen }];
  });
  const correction = learn(pairs, inherited?.factor ?? 0);
  const expect = (sum: PathSum): number =>
    Math.log(Math.exp(sum.mean) + correction.overheadNs) + correction.factor;
  const departure = estimateDeparture(pairs, expect, variances);
  const paths = sums.map((sum): CorrectedPath => {
    const expected = expect(sum);
    const variance = sum.variance + departure;
    const seen = cells[sum.variant];
    const nodeShare = sum.variance / variance;
    if (seen === undefined) return { variant: sum.variant, mean: expected, variance, calls: 0, nodeShare };
    // The update of a Gaussian belief: a few noisy calls move it little, many decide it.
    const gain = variance / (variance + seen.variance);
    return {
      variant: sum.variant,
      mean: expected + gain * (seen.mean - expected),
      variance: variance * (1 - gain),
      calls: seen.samples,
      nodeShare,
    };
  });
  return { paths, correction };
}

interface Pair {
  readonly sum: PathSum;
  readonly seen: CallCell;
}

function learn(pairs: readonly Pair[], inherited: number): Correction {
  if (pairs.length === 0) return { overheadNs: 0, factor: inherited, calls: 0 };
  const calls = pairs.reduce((total, pair) => total + pair.seen.samples, 0);
  const certain = pairs.filter((pair) => Math.sqrt(pair.sum.variance) < VAGUE);
  if (certain.length === 0) {
    return { overheadNs: 0, factor: median(pairs.map((pair) => pair.seen.mean - pair.sum.mean)), calls };
  }
  const sessions = certain.reduce((total, pair) => total + pair.seen.sessions, 0);
  const sumNs = median(certain.map((pair) => Math.exp(pair.sum.mean)));
  const outsideNs = median(certain.map((pair) => Math.exp(pair.seen.mean) - Math.exp(pair.sum.mean)));
  // Shrunk to what other classes say, or to none, as long as one session is all there is. Noise may make the whole
  // look shorter than its parts, but never by much.
  const aroundNs = sumNs * Math.expm1(inherited);
  const overheadNs = (outsideNs * sessions + aroundNs * 0.5) / (sessions + 0.5);
  return { overheadNs: Math.max(overheadNs, -sumNs / 4), factor: 0, calls };
}

/** How far calls lie from what is expected of them, beyond noise: the room that a variant's own calls have. */
function estimateDeparture(
  pairs: readonly Pair[],
  expect: (sum: PathSum) => number,
  variances: Variances,
): number {
  let sum = PRIOR_COUNT * variances.call;
  for (const pair of pairs) {
    const noise = pair.seen.variance + pair.sum.variance;
    sum += Math.min((pair.seen.mean - expect(pair.sum)) ** 2, 9 * (variances.call + noise)) - noise;
  }
  return Math.max(sum / (PRIOR_COUNT + pairs.length), 0.02 ** 2);
}
