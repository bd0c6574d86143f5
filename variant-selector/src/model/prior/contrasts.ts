// What is left of log latencies when each row's own level is taken out: how a variant compares with the others on one
// device at one size. An additive model, fitted by alternation, so that a row with few variants is judged by them.

/** Measurements of one operator: rows (a device at a size) with the variants measured there. */
export interface Measured {
  readonly device: Int32Array;
  readonly size: Int32Array;
  /** The cells of row `r` lie from `start[r]` to `start[r + 1]`. */
  readonly start: Int32Array;
  /** Of each cell, from 0. */
  readonly variant: Int32Array;
  readonly variants: number;
  /** Logarithm of the latency. */
  readonly value: Float64Array;
}

export interface Contrasts {
  readonly measured: Measured;
  /** Of each cell: its value without the row's level. */
  readonly contrast: Float64Array;
  /** Of each variant, over all rows. */
  readonly average: Float64Array;
}

const ROUNDS = 20;
/** Rows of a size are worth this many to stand for themselves. */
const SIZE_PRIOR = 2;

export function takeLevelsOut(measured: Measured): Contrasts {
  const { start, variant, variants, value, size } = measured;
  const rows = start.length - 1;
  const sizes = 1 + size.reduce((most, each) => Math.max(most, each), -1);
  const level = new Float64Array(rows);
  const average = new Float64Array(variants);
  const bySize = new Map<number, { sum: number; count: number; mean: number }>();
  const cellKey = (row: number, cell: number): number => variant[cell]! * sizes + size[row]!;
  for (let row = 0; row < rows; row += 1)
    for (let cell = start[row]!; cell < start[row + 1]!; cell += 1)
      bySize.set(cellKey(row, cell), { sum: 0, count: 0, mean: 0 });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let row = 0; row < rows; row += 1) {
      let sum = 0;
      for (let cell = start[row]!; cell < start[row + 1]!; cell += 1)
        sum += value[cell]! - average[variant[cell]!]! - bySize.get(cellKey(row, cell))!.mean;
      level[row] = sum / Math.max(start[row + 1]! - start[row]!, 1);
    }
    const sums = new Float64Array(variants);
    const counts = new Float64Array(variants);
    for (const group of bySize.values()) {
      group.sum = 0;
      group.count = 0;
    }
    for (let row = 0; row < rows; row += 1) {
      for (let cell = start[row]!; cell < start[row + 1]!; cell += 1) {
        const rest = value[cell]! - level[row]!;
        const group = bySize.get(cellKey(row, cell))!;
        sums[variant[cell]!]! += rest - group.mean;
        counts[variant[cell]!]! += 1;
        group.sum += rest - average[variant[cell]!]!;
        group.count += 1;
      }
    }
    for (let each = 0; each < variants; each += 1)
      average[each] = counts[each] === 0 ? 0 : sums[each]! / counts[each]!;
    for (const group of bySize.values()) group.mean = group.sum / (group.count + SIZE_PRIOR);
  }
  const contrast = new Float64Array(value.length);
  for (let row = 0; row < rows; row += 1)
    for (let cell = start[row]!; cell < start[row + 1]!; cell += 1)
      contrast[cell] = value[cell]! - level[row]!;
  return { measured, contrast, average };
}
