// Which variant to serve next where something may still be learned: the one whose measurement is worth most to the
// serves that follow, for what it costs now (knowledge gradient, Frazier, Powell & Dayanik 2008, per unit of cost, as in
// a knapsack). The device that is asked pays for the answer, so nothing predicted slower than the set factor is ever
// tried, and what is spent on a problem is bounded.

import { type Belief, differenceVariance, fastest } from '../model/belief.ts';

export interface ProbeOptions {
  /** Serves that profit from what is learned. */
  readonly horizon: number;
  /** Doubts are widened by this: a confident prior must not keep a variant out for ever. */
  readonly inflation: number;
  /** Chance that a prediction is wrong altogether, and how many times wider its doubts then are: tails are heavy. */
  readonly surprise: number;
  readonly surpriseScale: number;
  /** Nothing predicted slower than the best by more than this factor is tried. */
  readonly maxSlowdown: number;
  /** A probe's expected cost counts as no more than this, in serves of the best: a far guess of it is worth little. */
  readonly mostCost: number;
  /** What a probe costs that is as fast as the best: it takes a turn. */
  readonly turnCost: number;
  /** Sum over a problem's probes of how far they were behind the best, in log space, that may be spent on it. */
  readonly budget: number;
}

export const DEFAULT_PROBING: ProbeOptions = {
  horizon: 55,
  inflation: 1,
  surprise: 0.3,
  surpriseScale: 2.5,
  maxSlowdown: 32,
  mostCost: 5,
  turnCost: 0.1,
  budget: 4.2,
};

export interface Probe {
  readonly variant: number;
  /** Expected gain in log latency for each serve of the best that the probe costs; 0 for serving the best. */
  readonly worth: number;
}

/** Chooses; the best variant itself when nothing is worth trying. `noise`: variance of one measurement. */
export function nextProbe(belief: Belief, noise: number, options: ProbeOptions): Probe {
  const { mean, covariance } = belief;
  const count = mean.length;
  const best = fastest(mean);
  let chosen: Probe = { variant: best, worth: 0 };
  if (count === 1) return chosen;
  let left = options.budget;
  for (let v = 0; v < count; v += 1) left -= belief.counts[v]! * (mean[v]! - mean[best]!);
  const limit = Math.min(Math.log(options.maxSlowdown), left);
  let runnerUp = -1;
  for (let v = 0; v < count; v += 1)
    if (v !== best && (runnerUp < 0 || mean[v]! < mean[runnerUp]!)) runnerUp = v;
  for (let v = 0; v < count; v += 1) {
    const other = v === best ? runnerUp : best;
    const behind = Math.abs(mean[v]! - mean[other]!);
    if (v !== best && behind > limit) continue;
    // How far one more measurement of v may move its difference from the other.
    const own = covariance(v, v);
    const scale = options.inflation;
    const moves = (scale * Math.abs(own - covariance(v, other))) / Math.sqrt(own + noise / scale ** 2);
    const gain =
      (1 - options.surprise) * expectedGain(behind, moves) +
      options.surprise * expectedGain(behind, options.surpriseScale * moves);
    // The mean of a log-normal ratio: doubt makes it dearer.
    const ratio = Math.exp(behind + 0.5 * differenceVariance(belief, v, other));
    const cost = v === best ? 0 : Math.min(ratio - 1, options.mostCost);
    if (options.horizon * gain <= cost) continue;
    const worth = gain / (options.turnCost + cost);
    if (worth > chosen.worth) chosen = { variant: v, worth };
  }
  return chosen;
}

/** E[max(0, N(−behind, moves²))]. */
export function expectedGain(behind: number, moves: number): number {
  if (moves < 1e-9) return 0;
  const z = -behind / moves;
  return moves * (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI) + z * normalShare(z));
}

/** The normal distribution function (Zelen & Severo 1964, error under 1e-7). */
export function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}
