// Robust location: what several devices say together, when some of them may be wrong or lying.

import { median } from 'simple-statistics';

export interface Estimate {
  readonly mean: number;
  readonly variance: number;
}

/** Tukey's biweight: a value this many scales from the median has no say. 4.685 is 95 % efficient for a Gaussian. */
const CUTOFF = 4.685;

/**
 * Weighted biweight location around the median. With one or two values there is no majority: then it is their mean,
 * with a variance that grows with their disagreement. Source: Mosteller & Tukey, Data Analysis and Regression (1977).
 */
export function robustLocation(values: readonly Estimate[]): Estimate {
  const [first] = values;
  if (first === undefined) throw new Error('no values');
  if (values.length === 1) return first;
  const center = median(values.map((value) => value.mean));
  const deviation = 1.4826 * median(values.map((value) => Math.abs(value.mean - center)));
  const scale = Math.max(deviation, Math.sqrt(median(values.map((value) => value.variance))));
  let weight = 0;
  let sum = 0;
  for (const value of values) {
    const distance = (value.mean - center) / (CUTOFF * scale);
    if (values.length > 2 && Math.abs(distance) >= 1) continue;
    const trust = values.length > 2 ? (1 - distance ** 2) ** 2 : 1;
    // The precision is bounded by the scale: where devices differ, one with many samples does not speak for all.
    const precision = trust / (value.variance + deviation ** 2);
    weight += precision;
    sum += precision * value.mean;
  }
  return { mean: sum / weight, variance: 1 / weight };
}

/** The precision-weighted mean of independent estimates of one number. */
export function combine(values: readonly Estimate[]): Estimate {
  let weight = 0;
  let sum = 0;
  for (const value of values) {
    weight += 1 / value.variance;
    sum += value.mean / value.variance;
  }
  return { mean: sum / weight, variance: 1 / weight };
}
