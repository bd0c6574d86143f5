// The noise that probes are drawn with: what repeats in the table differ by, resampled; where a table has too few
// repeats, a heavy-tailed stand-in. Successive probes on a device are alike (lag-1 correlation), as real ones are.

import { normalShare } from '../policy/probe.ts';
import { normal, type Random } from '../random.ts';

export interface Noise {
  readonly kind: 'repeats' | 'student' | 'none';
  /** Departure in log space, by how large a share of departures lies below. */
  readonly at: (share: number) => number;
  readonly lag: number;
}

/** Fewer residuals than this say too little of the tails. */
const LEAST_RESIDUALS = 400;
/** Median lag-1 correlation of latencies in published series of repeats. */
const LAG = 0.34;
/**
 * Student with three degrees of freedom and this scale: a standard deviation of 26 %. With it, uniform probing of the
 * published GPU table has about the regret that was published for it.
 */
const SCALE = 0.15;

/** The noise of a table with these sorted residuals. */
export function noiseOf(residuals: Float64Array, how: 'auto' | 'none' = 'auto'): Noise {
  if (how === 'none') return { kind: 'none', at: () => 0, lag: 0 };
  if (residuals.length >= LEAST_RESIDUALS) {
    return {
      kind: 'repeats',
      at: (share) => residuals[Math.min(residuals.length - 1, Math.floor(share * residuals.length))]!,
      lag: LAG,
    };
  }
  return {
    kind: 'student',
    at: (share) => SCALE * quantiles()[Math.min(STEPS - 1, Math.floor(share * STEPS))]!,
    lag: LAG,
  };
}

/** Bisecting anew for every probe would take longer than the probe. */
const STEPS = 4000;
let tabled: Float64Array | null = null;
function quantiles(): Float64Array {
  tabled ??= Float64Array.from({ length: STEPS }, (_, step) => studentQuantile((step + 0.5) / STEPS));
  return tabled;
}

/** A stream of departures: a Gaussian chain mapped to the noise's distribution. */
export function noiseStream({ at, lag }: Noise, random: Random): () => number {
  let state = normal(random);
  return () => {
    const value = at(normalShare(state));
    state = lag * state + Math.sqrt(1 - lag ** 2) * normal(random);
    return value;
  };
}

/** Of Student's t with three degrees of freedom, by bisection on its closed distribution function. */
export function studentQuantile(share: number): number {
  const below = (t: number): number =>
    0.5 + (t / Math.sqrt(3) / (1 + t ** 2 / 3) + Math.atan(t / Math.sqrt(3))) / Math.PI;
  let low = -100;
  let high = 100;
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (below(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
