// Which variant to serve next where something may still be learned: the one whose measurement is worth most to the
// serves that follow, for what it costs now (knowledge gradient, Frazier, Powell & Dayanik 2008, per unit of cost, as in
// a knapsack). The device that is asked pays for the answer, so nothing predicted slower than the set factor is ever
// tried.

import { type Belief, differenceVariance, fastest } from '../model/belief.ts';

export interface ProbeOptions {
  /** Serves that profit from what is learned: the more, the more a probe may cost. */
  readonly horizon: number;
  /** Nothing predicted slower than the best by more than this factor is tried. */
  readonly maxSlowdown: number;
  /** A probe's expected cost counts as no more than this, in serves of the best: a far guess of it is worth little. */
  readonly mostCost: number;
  /** What a probe costs that is as fast as the best: it takes a turn. */
  readonly turnCost: number;
}

export const DEFAULT_PROBING: ProbeOptions = {
  horizon: 115,
  maxSlowdown: 100,
  mostCost: 20,
  turnCost: 0.15,
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
  const limit = Math.log(options.maxSlowdown);
  let runnerUp = -1;
  for (let v = 0; v < count; v += 1)
    if (v !== best && (runnerUp < 0 || mean[v]! < mean[runnerUp]!)) runnerUp = v;
  for (let v = 0; v < count; v += 1) {
    const other = v === best ? runnerUp : best;
    const behind = Math.abs(mean[v]! - mean[other]!);
    if (v !== best && behind > limit) continue;
    // How far one more measurement of v may move its difference from the other.
    const own = covariance(v, v);
    const moves = Math.abs(own - covariance(v, other)) / Math.sqrt(own + noise);
    const gain = expectedGain(behind, moves, belief.freedom);
    // The mean of a log-normal ratio: doubt makes it dearer.
    const ratio = Math.exp(behind + 0.5 * differenceVariance(belief, v, other));
    const cost = v === best ? 0 : Math.min(ratio - 1, options.mostCost);
    if (options.horizon * gain <= cost) continue;
    const worth = gain / (options.turnCost + cost);
    if (worth > chosen.worth) chosen = { variant: v, worth };
  }
  return chosen;
}

/**
 * E[max(0, −behind + moves · t)], t Student's with so many degrees of freedom (Shah et al. 2014): what the heavy tails of
 * foresight make likely before much is measured, and unlikely once many variants were as expected.
 */
export function expectedGain(behind: number, moves: number, freedom: number): number {
  if (moves < 1e-9) return 0;
  const z = -behind / moves;
  const spread = (freedom + z * z) / (freedom - 1);
  return Math.max(0, moves * (spread * studentDensity(z, freedom) + z * studentShare(z, freedom)));
}

/** Density of Student's t with a whole number of degrees of freedom. */
function studentDensity(t: number, freedom: number): number {
  // The ratio of gamma functions, by its recursion over two degrees at a time.
  let factor = freedom % 2 === 0 ? 1 / (2 * Math.SQRT2) : 1 / Math.PI;
  for (let own = freedom % 2 === 0 ? 2 : 1; own < freedom; own += 2)
    factor *= ((own + 1) / own) * Math.sqrt(own / (own + 2));
  return factor * (1 + (t * t) / freedom) ** (-(freedom + 1) / 2);
}

/** Distribution function of Student's t with a whole number of degrees of freedom: Abramowitz & Stegun (1964), 26.7.3–4. */
export function studentShare(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const cosine = Math.cos(angle);
  const odd = freedom % 2 === 1;
  let term = odd ? cosine : 1;
  let total = freedom === 1 ? 0 : term;
  for (let own = odd ? 3 : 2; own <= freedom - 2; own += 2) {
    term *= cosine ** 2 * ((own - 1) / own);
    total += term;
  }
  const middle = Math.sin(angle) * total;
  return (1 + (odd ? (2 / Math.PI) * (angle + middle) : middle)) / 2;
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
