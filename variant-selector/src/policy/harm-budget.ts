// The bound on harm: exploration pays for the harm that it is expected to do out of a class's allowance, which grows
// with its fetches, and explores no more than a set share of them.

import type { ClassState } from './class-state.ts';
import type { Candidate } from './evaluate.ts';
import type { PolicyOptions } from './options.ts';

/** Chance that a candidate is slower than the best by more than what counts as harm (logistic for the normal). */
export function harmChance(candidate: Candidate, best: Candidate, options: PolicyOptions): number {
  if (candidate === best) return 0;
  // Doubts that both share cancel out; what is left is at least the candidate's own excess.
  const variance = Math.max(candidate.variance - best.variance, 0.25 * candidate.variance) + 1e-6;
  const margin = candidate.logNs - best.logNs - Math.log(options.harmfulSlowdown);
  return 1 / (1 + Math.exp((-1.7 * margin) / Math.sqrt(variance)));
}

/** What exploring may still be expected to harm. `first`: no other class of the target can teach this one. */
export const harmLeft = (
  state: Pick<ClassState, 'fetches' | 'harm'>,
  first: boolean,
  options: PolicyOptions,
): number =>
  (first ? options.harmCreditFirst : options.harmCredit) + options.harmShare * state.fetches - state.harm;

/** Whether one more fetch may explore at all. */
export const mayExplore = (
  state: Pick<ClassState, 'fetches' | 'explored'>,
  first: boolean,
  options: PolicyOptions,
): boolean =>
  state.explored <
  (first ? options.exploreCreditFirst : options.exploreCredit) + options.exploreCap * state.fetches;

/** Whether nobody else's calls of this function say much about the target. */
export function isFirst(
  calls: Readonly<Record<string, Readonly<Record<string, { readonly sessions: number }>>>> | undefined,
  deviceClass: string,
  options: PolicyOptions,
): boolean {
  const target = deviceClass.split('/')[0] ?? '';
  let sessions = 0;
  for (const [name, cells] of Object.entries(calls ?? {})) {
    if (name === deviceClass || !name.startsWith(`${target}/`)) continue;
    for (const cell of Object.values(cells)) sessions += cell.sessions;
    if (sessions >= options.taughtSessions) return false;
  }
  return true;
}
