// How far to trust each expert: by the regret that mixtures of them had on devices that were left out. Falls back to the
// average device where nothing is better, and learns how wrong the chosen mixture is.

import { fastest } from '../belief.ts';
import { EXPERTS, type Opinions } from './experts.ts';
import { nonnegative } from './nonnegative.ts';

/** How the experts are put together. Plain data. */
export interface Mixture {
  /** By expert; they add up to one. */
  readonly trust: readonly number[];
  /** Added for a variant that no alike device has: log space. */
  readonly missing: number;
  /** Added where the most alike one lacks it. */
  readonly lacks: number;
  /** Standard deviation of a prediction's error over what kriging says of it. */
  readonly widen: number;
  /** Variance of a contrast that even the most alike device leaves open. */
  readonly floor: number;
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
    floor: 0,
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
  const spread = spreadOf(errorsOf(trials, mixture));
  const scores = scoresOf(trials, { ...mixture, ...spread });
  // Two thirds of the errors lie within one standard deviation: heavy tails do not set it.
  const typical = Math.max(0.05, scores[68] ?? 1);
  return {
    ...mixture,
    widen: spread.widen * typical,
    floor: spread.floor * typical ** 2,
    scores: scores.map((score) => score / typical),
  };
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
    variance[v] = mixture.floor + opinions.variance[v]! * mixture.widen ** 2;
  }
  return { mean, variance };
}

interface PairError {
  readonly square: number;
  /** What kriging says of it. */
  readonly foreseen: number;
}

/** Squared errors of what is predicted of each variant against the one believed fastest. */
function errorsOf(trials: readonly Trial[], mixture: Recipe): readonly PairError[] {
  return trials.flatMap(({ opinions, truth }) => {
    const { mean, variance } = blend(opinions, { ...mixture, widen: 1, floor: 0 });
    const first = fastest(mean);
    return Array.from(truth.keys())
      .filter((v) => v !== first)
      .map((v) => ({
        square: (truth[v]! - truth[first]! - (mean[v]! - mean[first]!)) ** 2,
        foreseen: variance[v]! + variance[first]!,
      }));
  });
}

const SPREAD_ROUNDS = 5;
/** A squared error beyond this many times its expectation counts as this many. */
const MOST_SURPRISE = 9;

/** How errors grow with what kriging says of them: a share that it foresees and one that it never does. */
function spreadOf(errors: readonly PairError[]): Pick<Mixture, 'widen' | 'floor'> {
  let [share, floor] = [1, 0];
  for (let round = 0; round < SPREAD_ROUNDS; round += 1) {
    const a = new Float64Array(4);
    const b = new Float64Array(2);
    for (const { square, foreseen } of errors) {
      const expected = share * foreseen + 2 * floor + 1e-9;
      const trust = 1 / expected ** 2;
      const target = Math.min(square, MOST_SURPRISE * expected);
      const row = [foreseen, 2];
      for (const [i, left] of row.entries()) {
        b[i]! += trust * left * target;
        for (const [j, right] of row.entries()) a[2 * i + j]! += trust * left * right;
      }
    }
    const weights = nonnegative(a, b);
    if (weights[0]! + weights[1]! <= 0) break;
    [share, floor] = [weights[0]!, weights[1]!];
  }
  return { widen: Math.sqrt(share), floor };
}

/** Errors in standard deviations: their quantiles, a hundred of them. */
function scoresOf(trials: readonly Trial[], mixture: Omit<Mixture, 'scores'>): readonly number[] {
  const scores = errorsOf(trials, mixture)
    .map(({ square, foreseen }) =>
      Math.sqrt(square / (2 * mixture.floor + mixture.widen ** 2 * foreseen + 1e-12)),
    )
    .sort((a, b) => a - b);
  return Array.from({ length: 100 }, (_, share) => scores[Math.floor((share / 100) * scores.length)] ?? 1);
}
