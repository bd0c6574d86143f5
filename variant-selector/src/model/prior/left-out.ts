// Problems of known devices, foreseen as though these were unknown: what the prior learns from about itself.

import type { Random } from '../../random.ts';
import type { Contrasts } from './contrasts.ts';
import { askExperts } from './experts.ts';
import type { Trial } from './mixture.ts';
import { correlate, correlationOf } from './relatives.ts';
import type { View } from './similarity.ts';
import type { Surface } from './surface.ts';
import type { Forest } from './trees.ts';

export type Relation = (variants: ArrayLike<number>) => Float64Array | null;

/** The correlation of any of an operator's variants. */
export function relationOf(contrasts: Contrasts): Relation {
  const table = correlate(contrasts);
  return (variants) => correlationOf(table, contrasts.measured.variants, variants);
}

/** A trial with what the devices that were not left out have its variants relate by. */
export interface Tried extends Trial {
  readonly size: number;
  readonly relation: Relation;
}

/** Parts of the devices that are left out in turn. */
export function foldsOf(
  devices: readonly number[],
  most: number,
  random: Random,
): readonly (readonly number[])[] {
  const shuffled = [...devices];
  for (let i = shuffled.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  const count = Math.min(most, shuffled.length);
  return Array.from({ length: count }, (_, fold) => shuffled.filter((__, index) => index % count === fold));
}

/** What the other devices measured. */
export function leaveOut({ measured, contrast, average }: Contrasts, out: ReadonlySet<number>): Contrasts {
  const rows = Array.from(measured.device.keys()).filter((row) => !out.has(measured.device[row]!));
  const cells = rows.flatMap((row) =>
    Array.from(
      { length: measured.start[row + 1]! - measured.start[row]! },
      (_, at) => measured.start[row]! + at,
    ),
  );
  const start = new Int32Array(rows.length + 1);
  for (const [index, row] of rows.entries())
    start[index + 1] = start[index]! + measured.start[row + 1]! - measured.start[row]!;
  return {
    measured: {
      device: Int32Array.from(rows, (row) => measured.device[row]!),
      size: Int32Array.from(rows, (row) => measured.size[row]!),
      start,
      variant: Int32Array.from(cells, (cell) => measured.variant[cell]!),
      variants: measured.variants,
      value: Float64Array.from(cells, (cell) => measured.value[cell]!),
    },
    contrast: Float64Array.from(cells, (cell) => contrast[cell]!),
    average,
  };
}

/** An operator and one of its rows. */
type Row = readonly [operator: number, row: number];

/** The problems of some devices that leave a choice. */
export const rowsOf = (operators: readonly Contrasts[], out: ReadonlySet<number>): Row[] =>
  operators.flatMap(({ measured: { device, start } }, operator) =>
    Array.from(device.keys())
      .filter((row) => out.has(device[row]!) && start[row + 1]! - start[row]! > 1)
      .map((row): Row => [operator, row]),
  );

/** Draws some to the front, in place, and returns them. */
export function shuffleFirst(rows: Row[], most: number, random: Random): readonly Row[] {
  const count = Math.min(most, rows.length);
  for (let turn = 0; turn < count; turn += 1) {
    const pick = turn + Math.floor(random() * (rows.length - turn));
    [rows[turn], rows[pick]] = [rows[pick]!, rows[turn]!];
  }
  return rows.slice(0, count);
}

/** A problem among those of its device that are most like it: of its operator and near in size, then of any. */
export function companyOf(
  anchor: Tried,
  operators: readonly Contrasts[],
  rows: readonly Row[],
  sizes: readonly View[],
  most: number,
): readonly Row[] {
  const near = sizes.findLast(({ kind }) => kind === 'near') ?? sizes[0]!;
  const likeness = ([operator, row]: Row): number =>
    operator === anchor.operator
      ? 1 + near.between(anchor.size, operators[operator]!.measured.size[row]!)
      : 0;
  return rows
    .filter(([operator, row]) => operators[operator]!.measured.device[row] === anchor.device)
    .map((row) => ({ row, likeness: likeness(row) }))
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, most)
    .map(({ row }) => row);
}

interface Stage {
  readonly surfaces: readonly Surface[];
  readonly forests: readonly Forest[];
  readonly relations: readonly Relation[];
  readonly operators: readonly Contrasts[];
  /** Devices that are left out. */
  readonly out: ReadonlySet<number>;
}

/** Foresees a problem as though its device were unknown. */
export const tryOut =
  ({ surfaces, forests, relations, operators, out }: Stage) =>
  ([operator, row]: Row): Tried => {
    const { measured } = operators[operator]!;
    const device = measured.device[row]!;
    const size = measured.size[row]!;
    const from = measured.start[row]!;
    const to = measured.start[row + 1]!;
    const variants = measured.variant.subarray(from, to);
    return {
      device,
      operator,
      size,
      variants,
      opinions: askExperts(surfaces[operator]!, forests[operator]!, device, size, variants, (each) =>
        out.has(each),
      ),
      truth: measured.value.subarray(from, to),
      relation: relations[operator]!,
    };
  };
