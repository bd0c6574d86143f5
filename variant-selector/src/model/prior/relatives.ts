// Which variants of an operator rise and fall together from device to device: what one measurement says of the others.

import type { Contrasts } from './contrasts.ts';

/** Devices that the belief "unrelated" is worth. */
const PRIOR_DEVICES = 6;
/** More variants than this are taken as unrelated: the table would not be worth its memory. */
const MOST_VARIANTS = 400;

/**
 * Row-major correlations of contrasts over the measured rows, drawn towards none; null where there are too many. What a
 * device lacks counts as average: were each pair judged by the devices that have both, the table would be none that any
 * variables can have, and beliefs conditioned on it would run away.
 */
export function correlate({ measured, contrast }: Contrasts): Float64Array | null {
  const { start, variant, variants, device, size } = measured;
  if (variants > MOST_VARIANTS || variants < 2) return null;
  // Departures from each size's own average: what devices differ by, not sizes.
  const means = new Map<number, { sum: number; count: number }>();
  const key = (row: number, cell: number): number => size[row]! * variants + variant[cell]!;
  for (let row = 0; row + 1 < start.length; row += 1) {
    for (let cell = start[row]!; cell < start[row + 1]!; cell += 1) {
      const mean = means.get(key(row, cell)) ?? { sum: 0, count: 0 };
      mean.sum += contrast[cell]!;
      mean.count += 1;
      means.set(key(row, cell), mean);
    }
  }
  const products = new Float64Array(variants * variants);
  for (let row = 0; row + 1 < start.length; row += 1) {
    const from = start[row]!;
    const to = start[row + 1]!;
    const departures = Float64Array.from({ length: to - from }, (_, at) => {
      const mean = means.get(key(row, from + at))!;
      return contrast[from + at]! - mean.sum / mean.count;
    });
    for (let a = from; a < to; a += 1)
      for (let b = from; b < to; b += 1)
        products[variant[a]! * variants + variant[b]!]! += departures[a - from]! * departures[b - from]!;
  }
  const devices = new Set(device).size;
  const trust = devices / (devices + PRIOR_DEVICES);
  const result = new Float64Array(variants * variants);
  for (let i = 0; i < variants; i += 1) {
    for (let j = 0; j < variants; j += 1) {
      const scale = Math.sqrt(products[i * variants + i]! * products[j * variants + j]!);
      result[i * variants + j] = i === j ? 1 : scale > 0 ? (trust * products[i * variants + j]!) / scale : 0;
    }
  }
  return result;
}

/** The part of a table that concerns `chosen`; a variant that is not in it is related to none. */
export function correlationOf(
  table: Float64Array | null,
  variants: number,
  chosen: ArrayLike<number>,
): Float64Array | null {
  if (table === null) return null;
  const count = chosen.length;
  const part = new Float64Array(count * count);
  for (let i = 0; i < count; i += 1) {
    for (let j = 0; j < count; j += 1) {
      const known = chosen[i]! >= 0 && chosen[j]! >= 0;
      part[i * count + j] = i === j ? 1 : known ? table[chosen[i]! * variants + chosen[j]!]! : 0;
    }
  }
  return part;
}

/** Variance of contrasts about their variant's average at the size. */
export function scatterOf({ measured, contrast, average }: Contrasts): number {
  let sum = 0;
  for (let cell = 0; cell < contrast.length; cell += 1)
    sum += (contrast[cell]! - average[measured.variant[cell]!]!) ** 2;
  return Math.max(sum / Math.max(contrast.length, 1), 0.05 ** 2);
}
