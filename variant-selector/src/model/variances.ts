// How much things differ: between sessions, devices, cells and sizes. Starts from documented beliefs and is estimated
// from the data as it comes (empirical Bayes by the method of moments), so that shrinkage is never a fixed choice.

import { median } from 'simple-statistics';
import type { EdgeVariances, Surprise } from './class-tree.ts';
import type { Observation } from './observation.ts';

export interface Variances {
  /** Between sessions on one device. */
  readonly session: number;
  /** Of one sample's logarithm. */
  readonly sample: number;
  /** Between devices of the finest class. */
  readonly device: number;
  /** A family's overall speed, cell against parent cell. */
  readonly base: EdgeVariances;
  /** An operator variant against its family's speed, cell against parent cell. */
  readonly contrast: EdgeVariances;
  /** A size's departure from the log-linear size model. */
  readonly size: number;
  /** A whole call's departure from the sum of its nodes. */
  readonly call: number;
}

/** Beliefs before data, in log space: 0.06² is 6 % between sessions. Weighed as a handful of observations. */
export const STARTING_VARIANCES: Variances = {
  session: 0.06 ** 2,
  sample: 0.25 ** 2,
  device: 0.08 ** 2,
  base: [3 ** 2, 0.8 ** 2, 0.4 ** 2, 0.4 ** 2, 0.2 ** 2],
  contrast: [0.4 ** 2, 0.25 ** 2, 0.2 ** 2, 0.15 ** 2, 0.08 ** 2],
  size: 0.15 ** 2,
  call: 0.08 ** 2,
};

const PRIOR_COUNT = 8;
const FLOOR = 0.02 ** 2;

/** Square of what a slowness that nothing shows would amount to. */
const HIDDEN_SLOWNESS = 0.5 ** 2;
/** A session slowed by others still says something. */
const LEAST_SESSIONS = 0.05;

/** Variance of an observation's median: sessions share a moment of the machine, samples share a session. */
export function observationVariance(observation: Observation, variances: Variances): number {
  // 1.57: the median's variance against the mean's. Samples beyond 32 a session are nearly repeats.
  const sessions = Math.max(observation.calmSessions ?? observation.sessions, LEAST_SESSIONS);
  const samples = Math.min(observation.samples, 32 * sessions);
  return (
    variances.session / sessions +
    (1.57 * variances.sample) / samples +
    (observation.hidden ?? 0) * HIDDEN_SLOWNESS
  );
}

/** Between-session variance over all cells, each cell's share bounded so that a few wild ones do not set it. */
export function estimateSessionVariance(observations: readonly Observation[]): number {
  const repeated = observations.filter((observation) => observation.sessions > 1);
  if (repeated.length === 0) return STARTING_VARIANCES.session;
  const bound = 6 * Math.max(median(repeated.map((each) => each.sessionVariance)), FLOOR);
  let count = PRIOR_COUNT;
  let sum = PRIOR_COUNT * STARTING_VARIANCES.session;
  for (const each of repeated) {
    count += each.sessions - 1;
    sum += (each.sessions - 1) * Math.min(each.sessionVariance, bound);
  }
  return Math.max(sum / count, FLOOR);
}

/**
 * What the surprises of many trees say of the edges: one step of expectation-maximisation (Dempster et al. 1977)
 * from the starting beliefs. A difference is credited to an edge by that edge's share of what was expected, so a
 * chain of cells with a single child splits its surprise instead of claiming it at every depth.
 */
export function estimateEdges(surprises: readonly Surprise[], starting: EdgeVariances): EdgeVariances {
  const edge = (depth: number): number => {
    const start = starting[depth] ?? FLOOR;
    let count = PRIOR_COUNT;
    let sum = PRIOR_COUNT * start;
    for (const surprise of surprises) {
      if (surprise.depth !== depth) continue;
      const expected = start + surprise.noise;
      // Bounded at three standard deviations: a lying device must not teach the tree to trust it.
      const square = Math.min(surprise.difference ** 2, 9 * expected);
      count += 1;
      sum += start + (start / expected) ** 2 * (square - expected);
    }
    return Math.max(sum / count, FLOOR);
  };
  return [edge(0), edge(1), edge(2), edge(3), edge(4)];
}
