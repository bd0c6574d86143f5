// What to serve one function to one device class while the models stay as they are: the best candidate, the trials
// still to make, and how often to explore. Made once per generation of the models; decisions then cost a look-up.

import { keyedRandom, type Random } from '../random.ts';
import type { Exclusion } from './eligible.ts';
import type { Candidate, Choice, Evaluation } from './evaluate.ts';
import type { PolicyOptions } from './options.ts';
import { winShares } from './thompson.ts';
import { planTrials, type Trial } from './trials.ts';

export interface Plan {
  readonly evaluation: Evaluation;
  readonly excluded: readonly Exclusion[];
  readonly best: Candidate;
  /** cold: nothing about this function was ever measured. */
  readonly reason: 'predicted' | 'cold';
  readonly trials: readonly Trial[];
  /** By candidate: how often it beat the best one when beliefs were drawn. */
  readonly wins: readonly number[];
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
  return {
    evaluation,
    excluded: input.excluded,
    best,
    reason: evaluation.informed ? 'predicted' : 'cold',
    trials: options.trialShare > 0 ? planTrials(candidates, best, options, input.issued) : [],
    wins,
    exploreShare: exploreShare < LEAST_SHARE ? 0 : exploreShare,
  };
}

/** The fastest by prediction. Within noise the one in place stays; without one, the order of ids decides ties. */
export function chooseBest(
  candidates: readonly Candidate[],
  incumbent: string | null,
  options: PolicyOptions,
): Candidate {
  let best = candidates[0]!;
  for (const candidate of candidates) {
    const tie = candidate.logNs === best.logNs && candidate.variant.id < best.variant.id;
    if (candidate.logNs < best.logNs || tie) best = candidate;
  }
  const held = candidates.find((candidate) => candidate.variant.id === incumbent);
  if (held === undefined || held === best) return best;
  const noise = 0.5 * Math.sqrt(held.variance + best.variance);
  const margin = Math.min(Math.max(noise, options.switchAtLeast), options.switchAtMost);
  return held.logNs - best.logNs < margin ? held : best;
}

export interface Draw {
  readonly candidate: Candidate;
  readonly reason: 'predicted' | 'cold' | 'explore';
  readonly propensity: number;
}

/** Serves a trial, or the best candidate, with the chance of each. `next` is the trial whose turn it is. */
export function drawTrial(
  plan: Plan,
  next: number,
  options: PolicyOptions,
  random: Random,
): Draw & { readonly served: boolean } {
  const remaining = plan.trials.slice(next);
  const share = (candidate: Candidate): number =>
    remaining.filter((trial) => trial.candidate === candidate).length / remaining.length;
  const trial = remaining[0];
  if (trial === undefined || random() >= options.trialShare) {
    const propensity = 1 - options.trialShare + options.trialShare * share(plan.best);
    return { candidate: plan.best, reason: plan.reason, propensity, served: false };
  }
  const { candidate } = trial;
  const stay = candidate === plan.best;
  return {
    candidate,
    reason: stay ? plan.reason : 'explore',
    propensity: options.trialShare * share(candidate) + (stay ? 1 - options.trialShare : 0),
    served: true,
  };
}

/** Serves the best candidate, or with the plan's share another one in proportion to its chance of being better. */
export function drawExploration(plan: Plan, random: Random): Draw {
  const stay: Draw = { candidate: plan.best, reason: plan.reason, propensity: 1 - plan.exploreShare };
  if (random() >= plan.exploreShare) return stay;
  const total = plan.wins.reduce((sum, each) => sum + each, 0);
  let point = random() * total;
  for (const [index, win] of plan.wins.entries()) {
    point -= win;
    if (win === 0 || point > 0) continue;
    const candidate = plan.evaluation.candidates[index]!;
    return { candidate, reason: 'explore', propensity: (plan.exploreShare * win) / total };
  }
  return stay;
}
