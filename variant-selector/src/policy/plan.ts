// What to serve one function to one device class while the models stay as they are: the best candidate, the trials
// still to make, and how often to explore. Made once per generation of the models; decisions then cost a look-up.

import { keyedRandom } from '../random.ts';
import type { Exclusion } from './eligible.ts';
import type { Candidate, Choice, Evaluation } from './evaluate.ts';
import type { PolicyOptions } from './options.ts';
import { winShares } from './thompson.ts';
import { planTrials, type Trial } from './trials.ts';

export interface Contender {
  readonly candidate: Candidate;
  /** How often it beat the best one when beliefs were drawn. */
  readonly win: number;
}

export interface Plan {
  readonly evaluation: Evaluation;
  readonly excluded: readonly Exclusion[];
  readonly best: Candidate;
  /** cold: nothing about this function was ever measured. */
  readonly reason: 'predicted' | 'cold';
  readonly trials: readonly Trial[];
  /** Those that won at all: what a fetch that explores is drawn from. */
  readonly contenders: readonly Contender[];
  /** The sum of all wins. */
  readonly uncertainty: number;
  /** Share of fetches that explore once the trials are made. */
  readonly exploreShare: number;
}

/** Below this, exploring is not worth a fetch. */
const LEAST_SHARE = 0.005;

export interface PlanInput {
  readonly evaluation: Evaluation;
  readonly excluded: readonly Exclusion[];
  /** The variant that was best before, if any: it stays unless something is clearly faster. */
  readonly incumbent: string | null;
  readonly options: PolicyOptions;
  readonly issued: (choice: Choice) => number;
  /** No other class can teach this one; then the order of its own trials is the best there is. */
  readonly first: boolean;
  /** Determines the draws: the same key gives the same plan. */
  readonly key: string;
}

/** Makes the plan; the evaluation must have a candidate. */
export function makePlan(input: PlanInput): Plan {
  const { evaluation, options } = input;
  const { candidates } = evaluation;
  const best = chooseBest(candidates, input.incumbent, options);
  const wins = winShares(candidates, best, options, keyedRandom(input.key));
  const uncertainty = wins.reduce((sum, each) => sum + each, 0);
  const exploreShare = options.exploreShare * uncertainty;
  const trials = options.trialShare > 0 ? planTrials(candidates, best, options, input.issued) : [];
  return {
    evaluation,
    excluded: input.excluded,
    best,
    reason: evaluation.informed ? 'predicted' : 'cold',
    trials: input.first ? trials : turnUnknown(trials, keyedRandom(`${input.key}\ntrials`)()),
    contenders: candidates.flatMap((candidate, index) =>
      wins[index]! > 0 ? [{ candidate, win: wins[index]! }] : [],
    ),
    uncertainty,
    exploreShare: exploreShare < LEAST_SHARE ? 0 : exploreShare,
  };
}

/**
 * Classes that ask between two fits must not all try the same: the first round of trials, as far as it tries what
 * nobody ever ran, is begun at a place of the class's own. Later rounds, which repeat, stay behind it.
 */
function turnUnknown(trials: readonly Trial[], point: number): readonly Trial[] {
  const seen = new Set<Choice>();
  const ends = trials.findIndex(({ tries }) => {
    if (tries.some((choice) => seen.has(choice) || choice.prediction.fromClass !== null)) return true;
    for (const choice of tries) seen.add(choice);
    return false;
  });
  const count = ends < 0 ? trials.length : ends;
  const from = Math.floor(point * count);
  return [...trials.slice(from, count), ...trials.slice(0, from), ...trials.slice(count)];
}

/**
 * What a candidate is weighed by: its prediction, and a premium on choices that nobody ever ran anywhere. A guess is as
 * likely to be slow as fast; finding out is what trials are for.
 */
function weighed(candidate: Candidate): number {
  let sumNs = 0;
  let premiumNs = 0;
  for (const { prediction } of candidate.choices) {
    const ns = Math.exp(prediction.logNs);
    sumNs += ns;
    if (prediction.fromClass === null) premiumNs += ns * Math.sqrt(prediction.variance);
  }
  return candidate.logNs + (sumNs === 0 ? 0 : premiumNs / sumNs);
}

/** The fastest by prediction. Within noise the one in place stays; without one, the order of ids decides ties. */
export function chooseBest(
  candidates: readonly Candidate[],
  incumbent: string | null,
  options: PolicyOptions,
): Candidate {
  let best = candidates[0]!;
  let least = weighed(best);
  for (const candidate of candidates) {
    const weight = weighed(candidate);
    const tie = weight === least && candidate.variant.id < best.variant.id;
    if (weight >= least && !tie) continue;
    best = candidate;
    least = weight;
  }
  const held = candidates.find((candidate) => candidate.variant.id === incumbent);
  if (held === undefined || held === best) return best;
  const noise = 0.5 * Math.sqrt(held.variance + best.variance);
  const margin = Math.min(Math.max(noise, options.switchAtLeast), options.switchAtMost);
  return held.logNs - best.logNs < margin ? held : best;
}
