// What is still to be tried on a class, as a queue of variants to serve: every operator variant that could change
// the decision, those believed fastest first, as many at once as one path can carry.

import type { Candidate, Choice } from './evaluate.ts';
import type { PolicyOptions } from './options.ts';

/** A trial: a candidate, and what it tries. */
export interface Trial {
  readonly candidate: Candidate;
  readonly tries: readonly Choice[];
}

const QUEUE_LIMIT = 128;
/** 95 % one-sided: a variant whose optimistic figure does not beat the best one's mean is not tried again. */
const OPTIMISM = 1.64;
/** With more than this chance that a busy machine slowed all sessions of a choice, it is given another one. */
const HIDDEN_CHANCE = 0.05;
/** What a busy machine may cost, in log space: a factor of two. */
const HIDDEN_SLOWNESS = 0.7;

/** What a choice would gain if all that was seen of it was a busy machine. */
const benefitOfDoubt = (choice: Choice): number =>
  choice.prediction.tried && choice.prediction.hidden > HIDDEN_CHANCE ? HIDDEN_SLOWNESS : 0;

/**
 * The trials to serve, in order. `issued` counts the trials that were served for a choice and may never report:
 * a variant that keeps silent is given up.
 */
export function planTrials(
  candidates: readonly Candidate[],
  best: Candidate,
  options: PolicyOptions,
  issued: (choice: Choice) => number,
): readonly Trial[] {
  const allowed = candidates.filter((each) => isBearable(each, best, options));
  const missing = new Map<Choice, number>();
  for (const choice of new Set(allowed.flatMap((candidate) => candidate.choices))) {
    // A session slowed by something else on the machine is made up for by another one.
    const sessions = choice.prediction.tried ? Math.round(choice.prediction.calmSessions) : 0;
    const count = Math.min(options.trialSessions - sessions, 2 * options.trialSessions - issued(choice));
    if (count > 0 && couldWin(choice, allowed, best, options)) missing.set(choice, count);
  }
  const queue: Trial[] = [];
  // Each round tries everything once more; what has no samples at all comes first.
  for (let round = options.trialSessions; round > 0; round -= 1) {
    const due = new Set([...missing].filter(([, count]) => count >= round).map(([choice]) => choice));
    while (due.size > 0 && queue.length < QUEUE_LIMIT) {
      const trial = nextTrial(allowed, due);
      if (trial === null) break;
      queue.push(trial);
      for (const choice of trial.tries) due.delete(choice);
    }
    for (const [choice, count] of missing) if (count >= round) missing.set(choice, round - 1);
  }
  return queue;
}

/**
 * Whether a candidate is predicted within the set factor of the best one. A choice that nobody ever ran is given the
 * benefit of the doubt: its prior alone, set against a measured winner, would keep it out for ever.
 */
function isBearable(candidate: Candidate, best: Candidate, options: PolicyOptions): boolean {
  let sumNs = 0;
  let bestNs = 0;
  for (const [index, choice] of candidate.choices.entries()) {
    const { prediction } = choice;
    const ns = Math.exp(prediction.logNs - benefitOfDoubt(choice));
    const incumbentNs = Math.exp(best.choices[index]!.prediction.logNs);
    sumNs += prediction.fromClass === null ? Math.min(ns, incumbentNs) : ns;
    bestNs += incumbentNs;
  }
  return sumNs <= bestNs * options.maxSlowdown;
}

/** Whether the choice, at its optimistic best, makes the whole call faster by enough to care. */
function couldWin(
  choice: Choice,
  allowed: readonly Candidate[],
  best: Candidate,
  options: PolicyOptions,
): boolean {
  const index = best.choices.findIndex((each) => each.node.index === choice.node.index);
  const incumbent = best.choices[index];
  if (incumbent === undefined) return false;
  const rivals = new Set(allowed.flatMap((candidate) => candidate.choices.slice(index, index + 1)));
  if (rivals.size < 2) return false;
  const { logNs, variance, fromClass } = choice.prediction;
  const spread = OPTIMISM * Math.sqrt(variance);
  // The one in place is tried as well when it could be worse than it seems.
  const optimistic = choice === incumbent ? logNs : logNs - spread - benefitOfDoubt(choice);
  const reference = choice === incumbent ? logNs + spread : incumbent.prediction.logNs;
  // What was never run anywhere is tried once, unless its node is too small to matter.
  if (fromClass === null) return Math.exp(logNs) > options.worthwhile * Math.exp(best.logNs);
  const gainNs = Math.exp(reference) - Math.exp(optimistic);
  return gainNs > options.worthwhile * Math.exp(best.logNs);
}

/** The path that carries most of what is due, starting from the choice believed fastest. */
function nextTrial(allowed: readonly Candidate[], due: ReadonlySet<Choice>): Trial | null {
  let next: Trial | null = null;
  for (const candidate of allowed) {
    const tries = candidate.choices.filter((choice) => due.has(choice));
    if (tries.length === 0) continue;
    const better =
      next === null ||
      tries.length > next.tries.length ||
      (tries.length === next.tries.length && candidate.logNs < next.candidate.logNs);
    if (better) next = { candidate, tries };
  }
  return next;
}
