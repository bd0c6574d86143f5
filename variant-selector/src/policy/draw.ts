// Draws what one fetch is served: a trial while there are any, now and then something that might be better, else what
// is in place or being rolled out. Every answer carries the chance with which it was given. Explores only within the
// harm and the share that the class has left.

import type { Random } from '../random.ts';
import type { ClassState } from './class-state.ts';
import type { Candidate } from './evaluate.ts';
import { harmChance, harmLeft, mayExplore } from './harm-budget.ts';
import type { PolicyOptions } from './options.ts';
import type { Plan } from './plan.ts';
import type { Trial } from './trials.ts';

/** A candidate and the share of fetches that get it when nothing is explored. */
export interface Served {
  readonly candidate: Candidate;
  readonly share: number;
}

/** A trial that nobody was given yet, and the chance that it harms. */
export interface PendingTrial extends Trial {
  readonly harm: number;
}

/** The trials of a plan, weighed against what is in place. */
export const pendingTrials = (
  trials: readonly Trial[],
  reference: Candidate,
  options: PolicyOptions,
): PendingTrial[] => {
  const harms = new Map<Candidate, number>();
  return trials.map((trial) => {
    const harm = harms.get(trial.candidate) ?? harmChance(trial.candidate, reference, options);
    harms.set(trial.candidate, harm);
    return { ...trial, harm };
  });
};

/** What is in place, and beside it what is being rolled out. */
export function baseShares(plan: Plan, state: Pick<ClassState, 'champion' | 'rollout'>): readonly Served[] {
  const find = (id: string | undefined): Candidate | undefined =>
    plan.evaluation.candidates.find((candidate) => candidate.variant.id === id);
  const champion = find(state.champion ?? undefined);
  if (plan.reason === 'cold' || champion === undefined) return [{ candidate: plan.best, share: 1 }];
  const challenger = find(state.rollout?.challenger);
  if (challenger === undefined || challenger === champion) return [{ candidate: champion, share: 1 }];
  const share = state.rollout?.share ?? 0;
  return [
    { candidate: champion, share: 1 - share },
    { candidate: challenger, share },
  ];
}

export interface DrawInput {
  readonly standing: {
    readonly plan: Plan;
    readonly state: Readonly<ClassState>;
    readonly pending: readonly PendingTrial[];
    readonly shares: readonly Served[];
    /** No other class can teach this one. */
    readonly first: boolean;
  };
  readonly options: PolicyOptions;
  readonly explore: boolean;
  /** This fetch's own stream; made only where chance has a say. */
  readonly random: () => Random;
  /** Where in [0, 1) the device stands among those that a roll-out of a variant reaches. */
  readonly cohort: (variant: string) => number;
}

export interface Draw {
  readonly candidate: Candidate;
  readonly reason: 'predicted' | 'cold' | 'explore';
  readonly propensity: number;
  /** What the fetch tries of what was to be tried. */
  readonly trial: PendingTrial | null;
  /** Expected harm that is put to the class's account. */
  readonly harm: number;
}

/** Draws for one fetch. */
export function drawServed(input: DrawInput): Draw {
  const { standing, options, explore } = input;
  const { plan, state, pending } = standing;
  if (!explore || !mayExplore(state, standing.first, options)) return drawBase(input, 1);
  const left = harmLeft(state, standing.first, options);
  if (pending.length > 0) {
    const open = pending.filter((trial) => trial.harm <= left);
    const trial = open[0];
    if (trial === undefined) return drawBase(input, 1);
    const { trialShare } = options;
    if (input.random()() >= trialShare) return drawBase(input, 1 - trialShare, open, trialShare);
    const served = trial.candidate;
    const base = standing.shares.find(({ candidate }) => candidate === served)?.share ?? 0;
    return {
      candidate: served,
      reason: base > 0 ? plan.reason : 'explore',
      propensity: trialShare * shareOf(open, served) + (1 - trialShare) * base,
      trial,
      harm: trial.harm,
    };
  }
  const { exploreShare, contenders, uncertainty } = plan;
  if (exploreShare === 0) return drawBase(input, 1);
  const random = input.random();
  if (random() >= exploreShare) return drawBase(input, 1 - exploreShare);
  let point = random() * uncertainty;
  for (const { candidate, win } of contenders) {
    point -= win;
    if (point > 0) continue;
    const harm = harmChance(candidate, standing.shares[0]!.candidate, options);
    if (harm > left) break;
    const base = standing.shares.find((each) => each.candidate === candidate)?.share ?? 0;
    const propensity = (exploreShare * win) / uncertainty + (1 - exploreShare) * base;
    return { candidate, reason: 'explore', propensity, trial: null, harm };
  }
  return drawBase(input, 1 - exploreShare);
}

/** `share` of fetches come here; the trials `open` come to the same candidates by another way. */
function drawBase(input: DrawInput, share: number, open: readonly Trial[] = [], trialShare = 0): Draw {
  const { shares, plan } = input.standing;
  const second = shares[1];
  const served =
    second !== undefined && input.cohort(second.candidate.variant.id) < second.share ? second : shares[0]!;
  return {
    candidate: served.candidate,
    reason: plan.reason,
    propensity: share * served.share + trialShare * shareOf(open, served.candidate),
    trial: null,
    harm: 0,
  };
}

const shareOf = (trials: readonly Trial[], candidate: Candidate): number =>
  trials.length === 0 ? 0 : trials.filter((trial) => trial.candidate === candidate).length / trials.length;
