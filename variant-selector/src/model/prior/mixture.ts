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
  /** Variance of a contrast that relatives share: the same for near and far. */
  readonly common: number;
  /** How a prediction's squared error grows with every sign of doubt; what it has over the common one is a variant's own. */
  readonly doubt: Doubt;
  /** Errors on left-out devices in standard deviations, sorted, a hundred of them. */
  readonly scores: readonly number[];
}

/** Shares of a contrast's variance, in the order of `doubtsOf`. */
export interface Doubt {
  /** Of the variance that kriging foresees. */
  readonly foreseen: number;
  /** Left open even by the most alike device. */
  readonly floor: number;
  /** Of how far the experts are apart. */
  readonly dispute: number;
  /** Of the squared distance to the variant believed fastest: far behind is never exactly so far behind. */
  readonly behind: number;
}

type Recipe = Pick<Mixture, 'trust' | 'missing' | 'lacks'>;

/** A problem of a device that was left out: what was foreseen, and what was true. */
export interface Trial {
  readonly device: number;
  readonly operator: number;
  /** Numbers of the operator's variants. */
  readonly variants: ArrayLike<number>;
  readonly opinions: Opinions;
  readonly truth: Float64Array;
}

/** What a mixture would have cost in a trial, in log space. */
export type Loss = (trial: Trial, recipe: Recipe) => number;

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
 * Weighs every mixture by the loss that it had on devices left out, against the average device's: as posterior
 * weights, so that a difference which the devices do not agree on counts for little (Yao et al. 2018, stacking).
 */
export function chooseMixture(trials: readonly Trial[], lossOf: Loss = regretOf): Mixture {
  const candidates = shares(EXPERTS.length, STEPS).flatMap((parts) =>
    MISSING.flatMap((missing) =>
      LACKS.map((lacks) => ({ trust: parts.map((part) => part / STEPS), missing, lacks })),
    ),
  );
  const plain = {
    trust: EXPERTS.map((_, index) => (index === 0 ? 1 : 0)),
    missing: 0,
    lacks: 0,
    common: 1,
    doubt: PLAIN_DOUBT,
    scores: [],
  };
  if (trials.length === 0) return plain;
  const devices = [...Map.groupBy(trials, (trial) => trial.device).values()];
  const losses = candidates.map((candidate) =>
    devices.map((own) => own.reduce((sum, trial) => sum + lossOf(trial, candidate), 0)),
  );
  const totals = losses.map((each) => each.reduce((sum, value) => sum + value, 0) / trials.length);
  const best = totals.indexOf(Math.min(...totals));
  // How far a difference of two mixtures is uncertain, from how devices disagree about it.
  let weightSum = 0;
  const trust = EXPERTS.map(() => 0);
  let missing = 0;
  let lacks = 0;
  for (const [index, candidate] of candidates.entries()) {
    const difference = devices.map((_, d) => losses[index]![d]! - losses[best]![d]!);
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
  const errors = errorsOf(trials, mixture);
  const common = usualVariance(errors);
  const doubt = settle(errors, doubtOf(errors));
  return { ...mixture, common, doubt, scores: scoresOf(errors, (error) => spreadOf(error, common, doubt)) };
}

function regretOf({ opinions, truth }: Trial, recipe: Recipe): number {
  return truth[fastest(mix(opinions, recipe))]! - truth[fastest(truth)]!;
}

/** Leads smaller than this are told apart by chance, in log space. */
const CLOSE = 0.1;

/**
 * What each slower variant loses against the fastest, times the chance that it is put before it: regret, smoothed so that
 * a trial tells of more than one pick (cost-weighted RankNet, Burges et al. 2005).
 */
export function smoothRegret({ opinions, truth }: Trial, recipe: Recipe): number {
  const mean = mix(opinions, recipe);
  const best = fastest(truth);
  let loss = 0;
  for (let v = 0; v < truth.length; v += 1)
    loss += (truth[v]! - truth[best]!) / (1 + Math.exp((mean[v]! - mean[best]!) / CLOSE));
  return loss;
}

/** The mixture's opinion, with a variance for each variant. */
export function blend(opinions: Opinions, mixture: Omit<Mixture, 'scores'>) {
  const mean = mix(opinions, mixture);
  const { common, doubt } = mixture;
  const first = fastest(mean);
  const shared = new Float64Array(mean.length).fill(common);
  const own = mean.map((_, v) =>
    Math.max(
      0,
      doubt.foreseen * opinions.variance[v]! +
        doubt.floor +
        doubt.dispute * disputeOf(opinions, mean, v, first) +
        doubt.behind * (mean[v]! - mean[first]!) ** 2 -
        common,
    ),
  );
  return { mean, variance: shared, own };
}

function mix(opinions: Opinions, { trust, missing, lacks }: Recipe): Float64Array {
  const mean = opinions.missing.map((share, v) => missing * share + lacks * opinions.lacks[v]!);
  for (const [e, part] of trust.entries()) {
    if (part === 0) continue;
    const own = opinions.contrasts[e]!;
    for (let v = 0; v < mean.length; v += 1) mean[v]! += part * own[v]!;
  }
  return mean;
}

/** How far the experts are from the mixture, as a mean square, in the lead that a variant has over another. */
function disputeOf({ contrasts }: Opinions, mean: Float64Array, v: number, other: number): number {
  let sum = 0;
  for (const contrast of contrasts) sum += (contrast[v]! - contrast[other]! - (mean[v]! - mean[other]!)) ** 2;
  return sum / contrasts.length;
}

interface PairError {
  readonly square: number;
  /** Signs of doubt about it: what kriging foresees, both floors, the experts' dispute, the squared distance. */
  readonly signs: readonly [number, number, number, number];
  /** What kriging foresees of the one believed fastest, whose doubt has no other sign. */
  readonly first: number;
}

/** Squared errors of what is predicted of each variant against the one believed fastest. */
function errorsOf(trials: readonly Trial[], mixture: Recipe): readonly PairError[] {
  return trials.flatMap(({ opinions, truth }) => {
    const mean = mix(opinions, mixture);
    const first = fastest(mean);
    return Array.from(truth.keys())
      .filter((v) => v !== first)
      .map((v): PairError => {
        const behind = mean[v]! - mean[first]!;
        return {
          square: (truth[v]! - truth[first]! - behind) ** 2,
          signs: [
            opinions.variance[v]! + opinions.variance[first]!,
            2,
            disputeOf(opinions, mean, v, first),
            behind ** 2,
          ],
          first: opinions.variance[first]!,
        };
      });
  });
}

const ROUNDS = 5;
/** A squared error beyond this many times its expectation counts as this many. */
const MOST_SURPRISE = 9;

const expectedSquare = ({ signs }: PairError, { foreseen, floor, dispute, behind }: Doubt): number =>
  foreseen * signs[0] + floor * signs[1] + dispute * signs[2] + behind * signs[3] + 1e-9;

const PLAIN_DOUBT: Doubt = { foreseen: 1, floor: 0, dispute: 0, behind: 0 };

const SIGNS = 4;

/** How errors grow with the signs of doubt: least squares, reweighted by what is expected of each. */
function doubtOf(errors: readonly PairError[]): Doubt {
  let doubt = PLAIN_DOUBT;
  for (let round = 0; round < ROUNDS; round += 1) {
    const a = new Float64Array(SIGNS ** 2);
    const b = new Float64Array(SIGNS);
    for (const error of errors) {
      const expected = expectedSquare(error, doubt);
      const trust = 1 / expected ** 2;
      const target = Math.min(error.square, MOST_SURPRISE * expected);
      for (let i = 0; i < SIGNS; i += 1) {
        const left = error.signs[i]!;
        b[i]! += trust * left * target;
        for (let j = 0; j < SIGNS; j += 1) a[SIGNS * i + j]! += trust * left * error.signs[j]!;
      }
    }
    const [foreseen = 0, floor = 0, dispute = 0, behind = 0] = nonnegative(a, b);
    if (foreseen + floor + dispute + behind <= 0) break;
    doubt = { foreseen, floor, dispute, behind };
  }
  return doubt;
}

/** Two thirds of the errors lie within one standard deviation: heavy tails do not set it. */
function settle(errors: readonly PairError[], doubt: Doubt): Doubt {
  const typical = Math.max(0.05, scoresOf(errors, (error) => expectedSquare(error, doubt))[68] ?? 1) ** 2;
  return {
    foreseen: doubt.foreseen * typical,
    floor: doubt.floor * typical,
    dispute: doubt.dispute * typical,
    behind: doubt.behind * typical,
  };
}

/** Of either variant of a pair, from the range that holds three quarters of the errors. */
function usualVariance(errors: readonly PairError[]): number {
  const squares = errors.map(({ square }) => square).sort((a, b) => a - b);
  return Math.max((squares[Math.floor(0.75 * squares.length)] ?? 1) / (2 * 1.15 ** 2), 1e-6);
}

/** Variance of a pair's difference as `blend` has it. */
function spreadOf({ signs, first }: PairError, common: number, doubt: Doubt): number {
  const likeness = (foreseen: number): number => doubt.foreseen * foreseen + doubt.floor;
  const other = signs[0] - first;
  const far = doubt.dispute * signs[2] + doubt.behind * signs[3];
  return Math.max(common, likeness(other) + far) + Math.max(common, likeness(first)) + 1e-9;
}

/** Errors in standard deviations: their quantiles, a hundred of them. */
function scoresOf(errors: readonly PairError[], variance: (error: PairError) => number): readonly number[] {
  const scores = errors.map((error) => Math.sqrt(error.square / variance(error))).sort((a, b) => a - b);
  return Array.from({ length: 100 }, (_, share) => scores[Math.floor((share / 100) * scores.length)] ?? 1);
}
