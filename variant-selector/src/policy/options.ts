// What the policy may spend on learning, and when it calls something known. One set of defaults for everything.

export interface PolicyOptions {
  /** Share of fetches that may try something while operator variants are still to be tried. */
  readonly trialShare: number;
  /** Sessions of an operator variant in a class after which it has been tried. */
  readonly trialSessions: number;
  /** Largest share of fetches that explore after that; scaled by how uncertain the best choice is. */
  readonly exploreShare: number;
  /** Beliefs are widened by this when exploring: Thompson sampling stalls on confident ones. */
  readonly inflation: number;
  /** Nothing predicted slower than the best by more than this factor is ever tried. */
  readonly maxSlowdown: number;
  /** A difference below this share of the latency is no reason to explore. */
  readonly worthwhile: number;
  /** A new best variant replaces the one in place only if it is faster by noise, within these bounds (log space). */
  readonly switchAtLeast: number;
  readonly switchAtMost: number;
}

export const DEFAULT_POLICY: PolicyOptions = {
  trialShare: 0.9,
  trialSessions: 4,
  exploreShare: 0.2,
  inflation: 1.5,
  maxSlowdown: 2,
  worthwhile: 0.01,
  switchAtLeast: 0.002,
  switchAtMost: 0.015,
};
