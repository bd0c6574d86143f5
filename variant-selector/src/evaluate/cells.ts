// The table as decisions: a problem is one device, one operator and one size, with a choice of variants. The truth of
// a variant there is the median of its rows; what rows differ by is kept as the noise that probes are drawn with.

import { quantileSorted } from 'simple-statistics';
import type { Table } from './table.ts';

/** Problems in order of operator, size and device; the cells of a problem lie from `start[p]` to `start[p + 1]`. */
export interface Cells {
  readonly table: Table;
  readonly device: Int32Array;
  readonly operator: Int32Array;
  readonly size: Int32Array;
  readonly start: Int32Array;
  readonly variant: Int32Array;
  /** Logarithm of the latency. */
  readonly truth: Float64Array;
  readonly rows: Int32Array;
  /** Sorted departures of repeats from their cell's truth, in log space, widened for the truth being estimated. */
  readonly residuals: Float64Array;
}

/** Gathers the rows for which `keep` holds. */
export function gatherCells(table: Table, keep: (row: number) => boolean = () => true): Cells {
  const { device, operator, size, variant, logUs } = table;
  const order: number[] = [];
  for (let row = 0; row < logUs.length; row += 1) if (keep(row)) order.push(row);
  order.sort(
    (a, b) =>
      operator[a]! - operator[b]! ||
      size[a]! - size[b]! ||
      device[a]! - device[b]! ||
      variant[a]! - variant[b]! ||
      logUs[a]! - logUs[b]!,
  );
  const problems: number[] = [];
  const start: number[] = [];
  const variants: number[] = [];
  const truth: number[] = [];
  const rows: number[] = [];
  const residuals: number[] = [];
  for (let at = 0; at < order.length; ) {
    const row = order[at]!;
    const last = problems.at(-1);
    const same =
      last !== undefined &&
      device[last] === device[row] &&
      operator[last] === operator[row] &&
      size[last] === size[row];
    if (!same) {
      problems.push(row);
      start.push(variants.length);
    }
    let end = at;
    while (
      end < order.length &&
      variant[order[end]!] === variant[row] &&
      device[order[end]!] === device[row] &&
      operator[order[end]!] === operator[row] &&
      size[order[end]!] === size[row]
    )
      end += 1;
    const values = order.slice(at, end).map((each) => logUs[each]!);
    const middle = quantileSorted(values, 0.5);
    variants.push(variant[row]!);
    truth.push(middle);
    rows.push(values.length);
    // Bessel's correction, for a centre that was made of the values themselves.
    const widen = values.length > 1 ? Math.sqrt(values.length / (values.length - 1)) : 0;
    if (widen > 0) for (const value of values) residuals.push((value - middle) * widen);
    at = end;
  }
  start.push(variants.length);
  return {
    table,
    device: Int32Array.from(problems, (row) => device[row]!),
    operator: Int32Array.from(problems, (row) => operator[row]!),
    size: Int32Array.from(problems, (row) => size[row]!),
    start: Int32Array.from(start),
    variant: Int32Array.from(variants),
    truth: Float64Array.from(truth),
    rows: Int32Array.from(rows),
    residuals: Float64Array.from(residuals).sort(),
  };
}
