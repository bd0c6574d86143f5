// What stands between a true latency and a reported one. Quantiles measured by others on 260 single-board computers
// (ThomasKaiser/sbc-bench results @ 53f79517, BSD-3-Clause: repeats of one routine on boards of one class), so that
// tails are as heavy as they are; how sessions and first runs behave follows the repository's own telemetry.

import type { Random } from '../random.ts';

/** Knots of an inverse distribution function, [share, value], values in log space. */
type Quantiles = readonly (readonly [number, number])[];

/** What one board adds to everything it runs: most nothing, one in ten is throttled or set up otherwise. n = 179. */
export const DEVICE_EFFECT: Quantiles = [
  [0.005, -0.177],
  [0.025, -0.12],
  [0.05, -0.096],
  [0.1, -0.05],
  [0.2, -0.014],
  [0.3, -0.006],
  [0.5, 0],
  [0.7, 0.006],
  [0.8, 0.02],
  [0.9, 0.181],
  [0.95, 0.42],
  [0.975, 0.661],
  [0.99, 1.743],
];

/** What is left of one routine on one board after that: memory and firmware differ. n = 5,270. */
export const ROUTINE_EFFECT: Quantiles = [
  [0.005, -0.601],
  [0.025, -0.21],
  [0.05, -0.138],
  [0.1, -0.083],
  [0.2, -0.023],
  [0.3, -0.007],
  [0.5, 0],
  [0.7, 0.007],
  [0.8, 0.024],
  [0.9, 0.074],
  [0.95, 0.127],
  [0.975, 0.218],
  [0.995, 0.519],
];

/** Standard deviation within one run, as a share. n = 14,061. */
export const RUN_SPREAD: Quantiles = [
  [0, 0.0005],
  [0.7, 0.0005],
  [0.8, 0.002],
  [0.9, 0.006],
  [0.95, 0.013],
  [0.975, 0.023],
  [0.99, 0.058],
  [1, 0.07],
];

/** The value at a share; beyond the outermost knots, theirs. */
export function quantile(of: Quantiles, share: number): number {
  const above = of.findIndex(([at]) => at >= share);
  if (above <= 0) return above === 0 ? of[0]![1] : of.at(-1)![1];
  const [low, from] = of[above - 1]!;
  const [high, to] = of[above]!;
  return from + ((to - from) * (share - low)) / (high - low);
}

/** Busy neighbours and hot processors: seen on the shared machines that ran the demo, 1.3 to 2.2 times slower. */
export const SLOWED_SESSIONS = 0.05;
export const slowedBy = (random: Random): number => Math.log(1.3 + 0.9 * random());

/** Lag-1 correlation of what is measured in one session (median over the data sets). */
export const AUTOCORRELATION = 0.34;
/** First calls are up to three times slower; the client leaves two out, and this much of the rest is still cold. */
export const COLD_SAMPLE = 0.02;
/** Interrupted samples: rare, and slower by anything up to a factor of five. */
export const INTERRUPTED_SAMPLE = 0.01;

/** A uniform number that belongs to whole numbers: a few rounds of a 32-bit mix (Murmur3's finaliser, A. Appleby). */
export function uniformOf(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash ^= part;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return (hash >>> 0) / 0x1_0000_0000;
}
