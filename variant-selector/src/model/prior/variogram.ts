// Learns from the measured devices which likenesses matter: how much two contrasts of a variant differ, explained by
// the views in which their devices and sizes are alike. A linear model with non-negative weights (a variogram,
// Matheron 1963; fitted by reweighted least squares, Cressie 1985), so the result is a valid covariance.

import type { Random } from '../../random.ts';
import type { Contrasts } from './contrasts.ts';
import { nonnegative } from './nonnegative.ts';
import type { View } from './similarity.ts';

/** Covariance of two contrasts of a variant: a weighted sum of products of a device view and a size view. */
export interface Covariance {
  readonly devices: readonly View[];
  readonly sizes: readonly View[];
  /** Row-major: device view by size view. */
  readonly weights: Float64Array;
  /** Variance that no view explains: noise, and what only one device does at one size. */
  readonly nugget: number;
}

const ROUNDS = 4;
const RIDGE = 1e-3;
/** A squared difference beyond this many times its expectation counts as this many (heavy tails). */
const MOST_SURPRISE = 9;

export function learnCovariance(
  operators: readonly Contrasts[],
  devices: readonly View[],
  sizes: readonly View[],
  pairCount: number,
  random: Random,
): Covariance {
  const count = devices.length * sizes.length;
  // More pairs than this say nothing new of so few cells.
  const cells = operators.reduce((sum, { contrast }) => sum + contrast.length, 0);
  const pairs = samplePairs(operators, Math.min(pairCount, 10 * cells), random);
  // A difference is explained by how far the pair is from alike in a view; the last column is the nugget.
  const width = count + 1;
  const x = new Float64Array(pairs.length * width);
  for (const [index, pair] of pairs.entries()) {
    for (const [d, device] of devices.entries()) {
      const alike = device.between(pair.deviceA, pair.deviceB);
      for (const [s, size] of sizes.entries())
        x[index * width + d * sizes.length + s] = 1 - alike * size.between(pair.sizeA, pair.sizeB);
    }
    x[index * width + count] = 1;
  }
  const squares = Float64Array.from(pairs, (pair) => pair.difference ** 2 / 2);
  const overall = squares.reduce((sum, value) => sum + value, 0) / Math.max(pairs.length, 1) || 0.01;
  let w: Float64Array = new Float64Array(width).fill(overall / width);
  const expected = new Float64Array(pairs.length).fill(overall);
  for (let round = 0; round < ROUNDS; round += 1) {
    const a = new Float64Array(width * width);
    const b = new Float64Array(width);
    for (let index = 0; index < pairs.length; index += 1) {
      const trust = pairs[index]!.weight / expected[index]! ** 2;
      const target = Math.min(squares[index]!, MOST_SURPRISE * expected[index]!);
      for (let j = 0; j < width; j += 1) {
        const left = x[index * width + j]! * trust;
        if (left === 0) continue;
        b[j]! += left * target;
        for (let k = 0; k <= j; k += 1) a[j * width + k]! += left * x[index * width + k]!;
      }
    }
    for (let j = 0; j < width; j += 1) {
      for (let k = 0; k < j; k += 1) a[k * width + j] = a[j * width + k]!;
      a[j * width + j]! *= 1 + RIDGE;
    }
    w = nonnegative(a, b);
    for (let index = 0; index < pairs.length; index += 1) {
      let sum = 0;
      for (let j = 0; j < width; j += 1) sum += x[index * width + j]! * w[j]!;
      expected[index] = Math.max(sum, overall * 1e-3);
    }
  }
  return { devices, sizes, weights: w.slice(0, count), nugget: Math.max(w[count]!, overall * 1e-3) };
}

interface Pair {
  readonly deviceA: number;
  readonly deviceB: number;
  readonly sizeA: number;
  readonly sizeB: number;
  readonly difference: number;
  readonly weight: number;
}

/** Pairs of cells of one variant: on two devices at one size, on one device at two sizes, and with nothing shared. */
function samplePairs(operators: readonly Contrasts[], wantedPairs: number, random: Random): readonly Pair[] {
  const pairs: Pair[] = [];
  const lists = operators.flatMap((each) => byVariant(each));
  const total = lists.reduce((sum, list) => sum + list.cells.length, 0);
  for (const { contrasts, cells, rows } of lists) {
    if (cells.length < 2) continue;
    const { device, size } = contrasts.measured;
    const bySize = Map.groupBy(cells.keys(), (index) => size[rows[index]!]!);
    const groups = [...bySize.values()].filter((group) => group.length > 1);
    const wanted = Math.max(4, Math.round((wantedPairs * cells.length) / total));
    for (let turn = 0; turn < wanted; turn += 1) {
      let a = Math.floor(random() * cells.length);
      let b = Math.floor(random() * cells.length);
      if (turn % 2 === 0 && groups.length > 0) {
        const group = groups[Math.floor(random() * groups.length)]!;
        a = group[Math.floor(random() * group.length)]!;
        b = group[Math.floor(random() * group.length)]!;
      }
      if (a === b) continue;
      pairs.push({
        deviceA: device[rows[a]!]!,
        deviceB: device[rows[b]!]!,
        sizeA: size[rows[a]!]!,
        sizeB: size[rows[b]!]!,
        difference: contrasts.contrast[cells[a]!]! - contrasts.contrast[cells[b]!]!,
        weight: 1,
      });
    }
  }
  return pairs;
}

function byVariant(contrasts: Contrasts) {
  const { start, variant, variants } = contrasts.measured;
  const cells: number[][] = Array.from({ length: variants }, () => []);
  const rows: number[][] = Array.from({ length: variants }, () => []);
  for (let row = 0; row + 1 < start.length; row += 1) {
    for (let cell = start[row]!; cell < start[row + 1]!; cell += 1) {
      cells[variant[cell]!]!.push(cell);
      rows[variant[cell]!]!.push(row);
    }
  }
  return cells.map((each, index) => ({ contrasts, cells: each, rows: rows[index]! }));
}
