// Which rows policies may learn from and which they are judged on.

import { SelectorError } from '../errors.ts';
import type { Measured } from '../model/prior/contrasts.ts';
import { type Cells, gatherCells } from './cells.ts';
import type { Table } from './table.ts';

export type Protocol = 'leave-one-device-out' | 'time';

/** More devices than this are left out a few at a time: harder than one at a time, and done in minutes. */
export const MOST_FOLDS = 40;

/** Of more problems than this, every so many-th is played. */
export const MOST_PROBLEMS = 30_000;

export interface Fold {
  readonly index: number;
  /** Problems to play, as indices into `test`. */
  readonly problems: readonly number[];
  readonly training: Training;
}

export interface Training {
  readonly operators: readonly Measured[];
  /** By operator: a table's variant as the operator's own number. */
  readonly variantIds: readonly ReadonlyMap<number, number>[];
  /** Robust variance of repeats, where the training rows have enough. */
  readonly noise: number | null;
}

export interface Split {
  readonly test: Cells;
  readonly folds: number;
  fold(index: number): Fold;
}

/** Splits by device: a fold's devices are unknown to those who are judged on them. */
export function splitByDevice(table: Table): Split {
  const cells = gatherCells(table);
  const measured = [...new Set(cells.device)].sort((a, b) => a - b);
  const folds = Math.min(MOST_FOLDS, measured.length);
  const played = problemsOf(cells);
  const foldOf = new Map(measured.map((device, index): [number, number] => [device, index % folds]));
  return {
    test: cells,
    folds,
    fold(index) {
      const held = (problem: number): boolean => foldOf.get(cells.device[problem]!) === index;
      return {
        index,
        problems: played.filter(held),
        training: trainingOf(cells, (problem) => !held(problem)),
      };
    },
  };
}

/** Splits by time: what was measured up to the median moment is known, of every device; the rest is to be foreseen. */
export function splitByTime(table: Table): Split {
  const known = table.time.filter((time) => !Number.isNaN(time)).sort();
  if (known.length === 0) throw new SelectorError('EP_BAD_TABLE', 'no row says when it was measured');
  const cut = known[Math.floor((known.length - 1) / 2)] ?? Number.NaN;
  const before = gatherCells(table, (row) => table.time[row]! <= cut);
  const test = gatherCells(table, (row) => table.time[row]! > cut);
  const played = problemsOf(test);
  return {
    test,
    folds: played.length === 0 ? 0 : 1,
    fold: (index) => ({ index, problems: played, training: trainingOf(before, () => true) }),
  };
}

/** The problems to play: those with a choice. */
export function problemsOf(cells: Cells): readonly number[] {
  const all = Array.from(cells.device.keys()).filter(
    (problem) => cells.start[problem + 1]! - cells.start[problem]! > 1,
  );
  const step = Math.max(1, all.length / MOST_PROBLEMS);
  return Array.from({ length: Math.floor(all.length / step) }, (_, at) => all[Math.floor(at * step)]!);
}

/** The problems that `keep` names, as rows by operator. */
function trainingOf(cells: Cells, keep: (problem: number) => boolean): Training {
  const byOperator: number[][] = Array.from({ length: cells.table.operators.length }, () => []);
  for (let problem = 0; problem < cells.device.length; problem += 1)
    if (keep(problem)) byOperator[cells.operator[problem]!]!.push(problem);
  const variantIds: Map<number, number>[] = [];
  const operators = byOperator.map((problems): Measured => {
    const ids = new Map<number, number>();
    variantIds.push(ids);
    const start = new Int32Array(problems.length + 1);
    const variant: number[] = [];
    const value: number[] = [];
    for (const [row, problem] of problems.entries()) {
      for (let cell = cells.start[problem]!; cell < cells.start[problem + 1]!; cell += 1) {
        const name = cells.variant[cell]!;
        if (!ids.has(name)) ids.set(name, ids.size);
        variant.push(ids.get(name)!);
        value.push(cells.truth[cell]!);
      }
      start[row + 1] = variant.length;
    }
    return {
      device: Int32Array.from(problems, (problem) => cells.device[problem]!),
      size: Int32Array.from(problems, (problem) => cells.size[problem]!),
      start,
      variant: Int32Array.from(variant),
      variants: ids.size,
      value: Float64Array.from(value),
    };
  });
  return { operators, variantIds, noise: repeatVariance(cells) };
}

/**
 * What one measurement varies by, as a variance: from the range that holds two thirds of the departures, widened
 * halfway to the range of nine tenths, since tails cost most. Repeats of all devices, which is no secret of one.
 */
function repeatVariance({ residuals }: Cells): number | null {
  if (residuals.length < 400) return null;
  const at = (share: number): number => residuals[Math.floor(share * (residuals.length - 1))]!;
  const body = (at(0.84) - at(0.16)) / 2;
  const tail = (at(0.95) - at(0.05)) / (2 * 1.645);
  return Math.max(((body + tail) / 2) ** 2, 0.01 ** 2);
}
