// The slopes of latency against size from columns: the regression of `model/size-model.ts` (Bayesian, each group's
// level its own, outliers weighed down), accumulated row by row without an object a row.

import type { Slopes } from '../model/size-model.ts';
import type { FamilyCells } from './family-cells.ts';

const ROUNDS = 4;
/** Residuals beyond this many standard deviations are weighed down (Huber 1964). */
const HUBER = 2;
/** Scores that the scatter is judged by; more would only be sorted for longer. */
const SCORES = 2048;

/** Slopes from the leaves `from` to `to`, given a belief. */
export function fitSlopesOf(cells: FamilyCells, from: number, to: number, belief: Slopes): Slopes {
  const count = belief.mean.length;
  if (count === 0 || cells.sizes.length < 2) return belief;
  const { coordinates, leafStart, size, logNs, precision } = cells;
  const rows = leafStart[to]! - leafStart[from]!;
  const step = Math.max(1, Math.floor(rows / SCORES));
  const matrix = new Float64Array(count * count);
  const moments = new Float64Array(count);
  const center = new Float64Array(count);
  const x = new Float64Array(count);
  let slopes = belief;
  let spread = 1;
  let told = false;
  for (let round = 0; round < ROUNDS; round += 1) {
    matrix.fill(0);
    for (let index = 0; index < count; index += 1) {
      matrix[index * count + index] = 1 / belief.variance;
      moments[index] = belief.mean[index]! / belief.variance;
    }
    const scores: number[] = [];
    for (let leaf = from; leaf < to; leaf += 1) {
      const first = leafStart[leaf]!;
      const end = leafStart[leaf + 1]!;
      if (end - first < 2) continue;
      told = true;
      let weight = 0;
      let level = 0;
      center.fill(0);
      for (let row = first; row < end; row += 1) {
        const own = precision[row]!;
        weight += own;
        level += own * logNs[row]!;
        for (let index = 0; index < count; index += 1)
          center[index]! += own * coordinates[size[row]! * count + index]!;
      }
      level /= weight;
      for (let index = 0; index < count; index += 1) center[index]! /= weight;
      for (let row = first; row < end; row += 1) {
        const y = logNs[row]! - level;
        let fitted = 0;
        for (let index = 0; index < count; index += 1) {
          x[index] = coordinates[size[row]! * count + index]! - center[index]!;
          fitted += slopes.mean[index]! * x[index]!;
        }
        const score = Math.abs(y - fitted) * Math.sqrt(precision[row]!);
        if (row % step === 0) scores.push(score);
        const trust = round === 0 ? 1 : Math.min(1, (HUBER * spread) / Math.max(score, 1e-9));
        const own = (trust * precision[row]!) / spread ** 2;
        for (let index = 0; index < count; index += 1) {
          moments[index]! += own * x[index]! * y;
          for (let other = 0; other < count; other += 1)
            matrix[index * count + other]! += own * x[index]! * x[other]!;
        }
      }
    }
    if (!told) return belief;
    slopes = solve(matrix, moments, count);
    scores.sort((a, b) => a - b);
    spread = Math.max(1, 1.4826 * (scores[Math.floor(scores.length / 2)] ?? 0));
  }
  return slopes;
}

/** Mean and average variance of a Gaussian with this precision matrix: Gauss-Jordan, positive definite by its ridge. */
function solve(matrix: Float64Array, moments: Float64Array, count: number): Slopes {
  const rows = Array.from({ length: count }, (_, row) => [
    ...matrix.subarray(row * count, (row + 1) * count),
    ...Array.from({ length: count }, (__, column) => (column === row ? 1 : 0)),
  ]);
  for (let pivot = 0; pivot < count; pivot += 1) {
    const scale = rows[pivot]![pivot]!;
    rows[pivot] = rows[pivot]!.map((value) => value / scale);
    for (let row = 0; row < count; row += 1) {
      if (row === pivot) continue;
      const factor = rows[row]![pivot]!;
      rows[row] = rows[row]!.map((value, column) => value - factor * rows[pivot]![column]!);
    }
  }
  const inverse = rows.map((row) => row.slice(count));
  return {
    mean: inverse.map((row) => row.reduce((sum, value, index) => sum + value * moments[index]!, 0)),
    variance: inverse.reduce((sum, row, index) => sum + row[index]!, 0) / count,
  };
}
