// An observation put together again from its sessions, each with its level after the session's effect was taken out
// and with the weight that is left to it.

import type { Observation } from './observation.ts';

/** What one session measured of one cell, while its effect is being worked out. */
export interface Entry {
  readonly session: string;
  /** Whether this is a whole call, which repeats what its nodes say. */
  readonly whole: boolean;
  readonly logNs: number;
  readonly samples: number;
  /** How much noisier than a session of many samples. */
  readonly roughness: number;
  /** Variance that the clock alone brings. */
  readonly timer: number;
  noise: number;
  /** What the cell's other sessions say, and how uncertain that is. */
  expected: number;
  doubt: number;
  /** The logarithm of nanoseconds without the session's effect, as far as its other nodes tell. */
  level: number;
  precision: number;
  /** Chance that it was slowed and nothing else in its session would show it. */
  hidden: number;
  /** Its say in the session's effect. */
  part: number;
}

/** `variance`: of a calm session's level, effect included; a session counts for one if it is no worse. */
export function condense(observation: Observation, entries: readonly Entry[], variance: number): Observation {
  let weight = 0;
  let sum = 0;
  let calm = 0;
  // Sessions follow each other and may share a neighbour: every one after the first tells half as much.
  let hidden = Math.sqrt(entries.reduce((least, entry) => Math.min(least, entry.hidden), 1));
  for (const { level, precision, hidden: own } of entries) {
    hidden *= Math.sqrt(own);
    weight += precision;
    sum += precision * level;
    calm += Math.min(1, precision * variance);
  }
  const logNs = sum / weight;
  let squares = 0;
  for (const { level, precision } of entries) squares += precision * (level - logNs) ** 2;
  const count = entries.length;
  return {
    ...observation,
    logNs,
    calmSessions: calm,
    hidden,
    sessionVariance: count > 1 ? (squares / weight) * (count / (count - 1)) : 0,
  };
}
