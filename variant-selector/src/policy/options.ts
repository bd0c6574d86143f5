// What the policy may spend on learning, what harm it may do, and when it calls something known. One set of defaults
// for everything.

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
  /** A fetch is harmed when it is served something slower than the best by more than this factor. */
  readonly harmfulSlowdown: number;
  /** Share of a class's fetches that exploration may be expected to harm. */
  readonly harmShare: number;
  /** Expected harmed fetches that a class may spend besides: where others of its target can teach it, and where not. */
  readonly harmCredit: number;
  readonly harmCreditFirst: number;
  /** Share of a class's fetches that may explore at all, beyond as many as the credit. */
  readonly exploreCap: number;
  readonly exploreCredit: number;
  readonly exploreCreditFirst: number;
  /** Sessions of other classes of the target that make a class one that can be taught. */
  readonly taughtSessions: number;
  /** Share that a new champion starts with, and what it is multiplied by each time it holds. */
  readonly rolloutStart: number;
  readonly rolloutGrowth: number;
  /** Sessions of its own that a new champion must add before its share grows. */
  readonly rolloutSessions: number;
  /** Devices that must have run each of its choices before it is served to all, where a class has that many. */
  readonly rolloutDevices: number;
  /** Standard deviations by which a new champion must be slower than the old one, measured, to be rolled back. */
  readonly rollbackAt: number;
  /** Fits during which what was rolled back is left alone. */
  readonly banGenerations: number;
  /** Devices that report a crash, and their share of those served, at which a variant is withdrawn from a class. */
  readonly crashDevices: number;
  readonly crashShare: number;
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
  harmfulSlowdown: 1.2,
  harmShare: 0.004,
  harmCredit: 4,
  harmCreditFirst: 24,
  exploreCap: 0.05,
  exploreCredit: 32,
  exploreCreditFirst: 128,
  taughtSessions: 24,
  rolloutStart: 0.1,
  rolloutGrowth: 2,
  rolloutSessions: 4,
  rolloutDevices: 5,
  rollbackAt: 3,
  banGenerations: 50,
  crashDevices: 3,
  crashShare: 0.02,
};
