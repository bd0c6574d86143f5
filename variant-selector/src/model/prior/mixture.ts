// How far to trust each expert: by the regret that mixtures of them had on devices that were left out. Falls back to the
// average device where nothing is better, and learns how wrong the chosen mixture is.

import { fastest } from '../belief.ts';
import { EXPERTS, type Opinions } from './experts.ts';

/** How the experts are put together. Plain data. */
export interface Mixture {
  /** By expert; they add up to one. */
  readonly trust: readonly number[];
  /** Added for a variant that no alike device has: log space. */
  readonly missing: number;
  /** Added where the most alike one lacks it. */
  readonly lacks: number;
  /** Standard deviation of what is predicted of a pair of variants, over what kriging says. */
  readonly widen: number;
  /** Errors on left-out devices in standard deviations, sorted, a hundred of them. */
  readonly scores: readonly number[];
}

type Recipe = Pick<Mixture, 'trust' | 'missing' | 'lacks'>;

/** A problem of a device that was left out: what was foreseen, and what was true. */
export interface Trial {
  readonly device: number;
  readonly opinions: Opinions;
  readonly truth: Float64Array;
}

const STEPS = 4;
const MISSING = [0, 0.5, 1, 2];
const LACKS = [0, 0.5, 2];

/** All ways to share `STEPS` parts among the experts. */
function shares(experts: number, parts: number): readonly (readonly number[])[] {
  if (experts === 1) return [[parts]];
  return Array.from({ length: parts + 1 }, (_, own) => own).flatMap((own) =>
    shares(experts - 1, parts - own).map((rest) => [own, ...rest]),
  );
}

/**
 * Weighs every mixture by the regret that it had on devices left out, against the average device's: as posterior
 * weights, so that a difference which the devices do not agree on counts for little (Yao et al. 2018, stacking).
 */
export function chooseMixture(trials: readonly Trial[]): Mixture {
  const candidates = shares(EXPERTS.length, STEPS).flatMap((parts) =>
    MISSING.flatMap((missing) =>
      LACKS.map((lacks) => ({ trust: parts.map((part) => part / STEPS), missing, lacks })),
    ),
  );
  const plain = {
    trust: EXPERTS.map((_, index) => (index === 0 ? 1 : 0)),
    missing: 0,
    lacks: 0,
    widen: 1,
    scores: [],
  };
  if (trials.length === 0) return plain;
  const devices = [...Map.groupBy(trials, (trial) => trial.device).values()];
  const regrets = candidates.map((candidate) =>
    devices.map((own) => own.reduce((sum, trial) => sum + regretOf(trial, candidate), 0)),
  );
  const totals = regrets.map((each) => each.reduce((sum, value) => sum + value, 0) / trials.length);
  const best = totals.indexOf(Math.min(...totals));
  // How far a difference of two mixtures is uncertain, from how devices disagree about it.
  let weightSum = 0;
  const trust = EXPERTS.map(() => 0);
  let missing = 0;
  let lacks = 0;
  for (const [index, candidate] of candidates.entries()) {
    const difference = devices.map((_, d) => regrets[index]![d]! - regrets[best]![d]!);
    const mean = difference.reduce((sum, value) => sum + value, 0);
    const spread = Math.sqrt(difference.reduce((sum, value) => sum + value ** 2, 0));
    const weight = index === best ? 1 : Math.exp(-2 * Math.max(0, mean / Math.max(spread, 1e-9)) ** 2);
    if (Number.isNaN(weight)) continue;
    weightSum += weight;
    for (const [e, part] of candidate.trust.entries()) trust[e]! += weight * part;
    missing += weight * candidate.missing;
    lacks += weight * candidate.lacks;
  }
  const blended = {
    trust: trust.map((each) => each / weightSum),
    missing: missing / weightSum,
    lacks: lacks / weightSum,
  };
  // What cannot be shown to beat the average device on the devices that are known is not trusted on one that is not.
  const regret = (recipe: Recipe): number => trials.reduce((sum, trial) => sum + regretOf(trial, recipe), 0);
  const mixture = regret(blended) < regret(plain) ? blended : plain;
  const scores = scoresOf(trials, { ...mixture, widen: 1 });
  // Two thirds of the errors lie within one standard deviation: heavy tails do not set it.
  const widen = Math.max(0.05, scores[68] ?? 1);
  return { ...mixture, widen, scores: scores.map((score) => score / widen) };
}

function regretOf({ opinions, truth }: Trial, { trust, missing, lacks }: Recipe): number {
  let lowest = Number.POSITIVE_INFINITY;
  let chosen = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let v = 0; v < truth.length; v += 1) {
    let value = missing * opinions.missing[v]! + lacks * opinions.lacks[v]!;
    for (let e = 0; e < trust.length; e += 1)
      if (trust[e]! > 0) value += trust[e]! * opinions.contrasts[e]![v]!;
    if (value < lowest) {
      lowest = value;
      chosen = v;
    }
    best = Math.min(best, truth[v]!);
  }
  return truth[chosen]! - best;
}

/** The mixture's opinion, with a variance for each variant. */
export function blend(opinions: Opinions, mixture: Omit<Mixture, 'scores'>) {
  const count = opinions.missing.length;
  const mean = new Float64Array(count);
  const variance = new Float64Array(count);
  for (let v = 0; v < count; v += 1) {
    let value = mixture.missing * opinions.missing[v]! + mixture.lacks * opinions.lacks[v]!;
    for (let e = 0; e < mixture.trust.length; e += 1) value += mixture.trust[e]! * opinions.contrasts[e]![v]!;
    mean[v] = value;
    variance[v] = opinions.variance[v]! * mixture.widen ** 2;
  }
  return { mean, variance };
}

function scoresOf(trials: readonly Trial[], mixture: Omit<Mixture, 'scores'>): readonly number[] {
  const scores: number[] = [];
  for (const { opinions, truth } of trials) {
    const { mean, variance } = blend(opinions, mixture);
    const first = fastest(mean);
    for (let v = 0; v < truth.length; v += 1) {
      if (v === first) continue;
      const error = truth[v]! - truth[first]! - (mean[v]! - mean[first]!);
      scores.push(Math.abs(error) / Math.sqrt(variance[v]! + variance[first]!));
    }
  }
  scores.sort((a, b) => a - b);
  return Array.from({ length: 100 }, (_, share) => scores[Math.floor((share / 100) * scores.length)] ?? 1);
}
