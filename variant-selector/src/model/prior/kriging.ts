// What a variant's contrast is believed to be on a device and size that were not measured: the best linear prediction
// from the most alike measured rows (ordinary kriging, Matheron 1963), with its variance and the weight of each.

import { cholesky, solve } from '../linear.ts';
import { nearestSizes, type Surface } from './surface.ts';

export interface Predicted {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** Rows that had the variant among those asked. */
  readonly support: Int32Array;
}

const MOST_ROWS = 48;
const LEVEL_ROUNDS = 8;

/** Predicts the contrasts of `variants` (indices of the operator's). */
export function krige(
  surface: Surface,
  device: number,
  size: number,
  variants: ArrayLike<number>,
  excluded: (device: number) => boolean = () => false,
): Predicted {
  const { contrasts, compiled, rowsBySize } = surface;
  const { measured } = contrasts;
  let rows: { row: number; near: number }[] = [];
  for (const each of nearestSizes(surface, size)) {
    for (const row of rowsBySize.get(each)!) {
      if (excluded(measured.device[row]!)) continue;
      rows.push({ row, near: compiled.between(device, size, measured.device[row]!, each) });
    }
  }
  if (rows.length > MOST_ROWS)
    rows = rows.sort((a, b) => b.near - a.near || a.row - b.row).slice(0, MOST_ROWS);
  const n = rows.length;
  const full = new Float64Array(n * n);
  const total = compiled.total;
  for (let i = 0; i < n; i += 1) {
    const a = rows[i]!.row;
    for (let j = 0; j < i; j += 1) {
      const b = rows[j]!.row;
      full[i * n + j] = compiled.between(
        measured.device[a]!,
        measured.size[a]!,
        measured.device[b]!,
        measured.size[b]!,
      );
    }
    full[i * n + i] = total * (1 + 1e-6) + compiled.covariance.nugget;
  }
  const asked = new Map(Array.from(variants, (variant, index): [number, number] => [variant, index]));
  const count = variants.length;
  const found: number[][] = Array.from({ length: count }, () => []);
  const values: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0; i < n; i += 1) {
    const row = rows[i]!.row;
    for (let cell = measured.start[row]!; cell < measured.start[row + 1]!; cell += 1) {
      const index = asked.get(measured.variant[cell]!);
      if (index === undefined) continue;
      found[index]!.push(i);
      values[index]!.push(contrasts.contrast[cell]!);
    }
  }
  const solved = new Map<string, { weights: Float64Array; variance: number }>();
  const mean = new Float64Array(count);
  const variance = new Float64Array(count);
  const support = new Int32Array(count);
  const weightsOf: Float64Array[] = [];
  for (let v = 0; v < count; v += 1) {
    const own = found[v]!;
    support[v] = own.length;
    if (own.length === 0) {
      // Never measured at all: whoever asks decides what that means.
      mean[v] = variants[v]! >= 0 ? (contrasts.average[variants[v]!] ?? Number.NaN) : Number.NaN;
      variance[v] = 2 * total + compiled.covariance.nugget;
      weightsOf.push(new Float64Array(0));
      continue;
    }
    const key = own.join();
    let weights = solved.get(key);
    if (weights === undefined) {
      weights = weigh(own, full, n, rows, total + compiled.covariance.nugget);
      solved.set(key, weights);
    }
    weightsOf.push(weights.weights);
    variance[v] = weights.variance;
  }
  // A row's level is judged by the variants that are asked for, given what is predicted of them: otherwise rows with
  // different variants would be compared across levels that mean different things.
  const level = new Float64Array(n);
  const members = new Int32Array(n);
  for (let v = 0; v < count; v += 1) for (const i of found[v]!) members[i]! += 1;
  for (let round = 0; round < LEVEL_ROUNDS; round += 1) {
    for (let v = 0; v < count; v += 1) {
      const own = found[v]!;
      if (own.length === 0) continue;
      let sum = 0;
      for (let i = 0; i < own.length; i += 1) sum += weightsOf[v]![i]! * (values[v]![i]! - level[own[i]!]!);
      mean[v] = sum;
    }
    level.fill(0);
    for (let v = 0; v < count; v += 1)
      for (const [at, i] of found[v]!.entries()) level[i]! += (values[v]![at]! - mean[v]!) / members[i]!;
  }
  return { mean, variance, support };
}

function weigh(
  own: readonly number[],
  full: Float64Array,
  stride: number,
  rows: readonly { near: number }[],
  prior: number,
): { weights: Float64Array; variance: number } {
  const n = own.length;
  const k = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j <= i; j += 1) k[i * n + j] = full[own[i]! * stride + own[j]!]!;
  return weighOrdinary(
    k,
    Float64Array.from(own, (index) => rows[index]!.near),
    prior,
  );
}

/**
 * The weights of ordinary kriging, which add up to one, and the variance of what they predict. `k`: covariances of the
 * measured, in its lower triangle, which is overwritten; `target`: theirs with what is asked for; `prior`: its variance.
 */
export function weighOrdinary(
  k: Float64Array,
  target: Float64Array,
  prior: number,
): { weights: Float64Array; variance: number } {
  const n = target.length;
  cholesky(k, n);
  const a = solve(k, n, target);
  const ones = solve(k, n, new Float64Array(n).fill(1));
  let sumOnes = 0;
  let sumA = 0;
  let explained = 0;
  for (let i = 0; i < n; i += 1) {
    sumOnes += ones[i]!;
    sumA += a[i]!;
    explained += a[i]! * target[i]!;
  }
  // The mean of the variant is unknown and estimated on the way: weights add up to one.
  const lack = (1 - sumA) / sumOnes;
  const weights = a.map((value, i) => value + lack * ones[i]!);
  return { weights, variance: Math.max(prior - explained + (1 - sumA) ** 2 / sumOnes, 1e-6) };
}
