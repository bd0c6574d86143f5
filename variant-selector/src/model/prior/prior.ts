// What to expect of an operator's variants on a device that was never measured. Learns from the measured devices which
// likenesses matter, then, by leaving some of them out in turn, how far to trust each expert and how wrong they are.

import type { Random } from '../../random.ts';
import { type Contrasts, type Measured, takeLevelsOut } from './contrasts.ts';
import { askExperts, type Opinions } from './experts.ts';
import { blend, chooseMixture, type Mixture, type Trial } from './mixture.ts';
import { correlate, correlationOf, scatterOf } from './relatives.ts';
import { deviceViews, type Features, sizeViews, type View } from './similarity.ts';
import { compileCovariance, openSurface, type Surface } from './surface.ts';
import { type Columns, columnsFor, type Forest, growForest } from './trees.ts';
import { type Covariance, learnCovariance } from './variogram.ts';

export interface PriorInput {
  readonly operators: readonly Measured[];
  readonly deviceNames: readonly string[];
  readonly deviceFeatures: readonly Features[];
  readonly sizeFeatures: readonly Features[];
}

export interface Expectation {
  /** Log contrasts; their common level has no meaning. */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** Variance beside that which no other variant shares. */
  readonly own: Float64Array;
  readonly correlation: Float64Array | null;
  readonly opinions: Opinions;
}

export interface Rehearsal {
  readonly expected: Omit<Expectation, 'opinions'>;
  /** Log latency of each variant. */
  readonly truth: Float64Array;
}

export interface Prior {
  readonly mixture: Mixture;
  readonly covariance: Covariance;
  readonly operators: readonly Contrasts[];
  /** Problems of devices that were left out in turn, as they were foreseen. */
  readonly rehearsals: readonly Rehearsal[];
  /** Of known devices, the share of errors to cover so that this share is covered on a new one. */
  cautious(share: number): number;
  /** Half-width of an interval that holds this share of the truths, in standard deviations. */
  reach(share: number): number;
  /** Variance of an operator's contrasts between devices. */
  scatter(operator: number): number;
  expect(operator: number, device: number, size: number, variants: ArrayLike<number>): Expectation;
}

export interface Views {
  readonly devices: readonly View[];
  readonly sizes: readonly View[];
  readonly deviceColumns: Columns;
  readonly sizeColumns: Columns;
}

export const viewsOf = (input: Omit<PriorInput, 'operators'>): Views => ({
  devices: deviceViews(input.deviceNames, input.deviceFeatures),
  sizes: sizeViews(input.sizeFeatures),
  deviceColumns: columnsFor(input.deviceFeatures),
  sizeColumns: columnsFor(input.sizeFeatures),
});

/** Inner folds, and problems tried in all of them together. */
const FOLDS = 10;
const TRIALS = 1200;
/** Of these, how many are played through. */
const REHEARSALS = 200;
/** Pairs of cells that the covariance is learned from. */
const PAIRS = 20_000;
const INNER_PAIRS = 3000;
const MANY_DEVICES = 40;

export function fitPrior(input: PriorInput, views: Views, random: Random): Prior {
  const operators = input.operators.map(takeLevelsOut);
  const count = input.deviceNames.length;
  const devices = [...new Set(operators.flatMap(({ measured }) => [...measured.device]))].sort(
    (a, b) => a - b,
  );
  // Trees are tried on devices that they do not know without being grown anew.
  const forests = operators.map((each) => growForest(each, views.deviceColumns, views.sizeColumns, random));
  const folds = foldsOf(devices, random);
  const trials: Tried[] = [];
  for (const fold of folds) {
    const out = new Set(fold);
    const kept = operators.map((each) => leaveOut(each, out));
    const inner = open(kept, operators, views, count, INNER_PAIRS, random).surfaces;
    const relations = kept.map(relationOf);
    trials.push(
      ...tryOut(inner, forests, relations, operators, out, Math.ceil(TRIALS / folds.length), random),
    );
  }
  const mixture = chooseMixture(trials);
  const { surfaces, covariance } = open(operators, operators, views, count, PAIRS, random);
  const relatives = operators.map(relationOf);
  const scatter = operators.map(scatterOf);
  // A device more is as likely as any to be the one that is unlike the rest.
  const cautious = (share: number): number => share + (1 - share) / Math.max(devices.length, 1);
  const step = Math.max(1, trials.length / REHEARSALS);
  return {
    mixture,
    covariance,
    operators,
    rehearsals: Array.from({ length: Math.min(REHEARSALS, trials.length) }, (_, at) => {
      const { opinions, variants, truth, relation } = trials[Math.floor(at * step)]!;
      return { expected: { ...blend(opinions, mixture), correlation: relation(variants) }, truth };
    }),
    cautious,
    reach: (share) =>
      mixture.scores[
        Math.min(mixture.scores.length - 1, Math.floor(cautious(share) * mixture.scores.length))
      ] ?? 2,
    scatter: (operator) => scatter[operator]!,
    expect(operator, device, size, variants) {
      const opinions = askExperts(
        surfaces[operator]!,
        forests[operator]!,
        device,
        size,
        variants,
        () => false,
      );
      return { ...blend(opinions, mixture), correlation: relatives[operator]!(variants), opinions };
    },
  };
}

type Relation = (variants: ArrayLike<number>) => Float64Array | null;

/** The correlation of any of an operator's variants. */
function relationOf(contrasts: Contrasts): Relation {
  const table = correlate(contrasts);
  return (variants) => correlationOf(table, contrasts.measured.variants, variants);
}

/** A trial with what the devices that were not left out have its variants relate by. */
interface Tried extends Trial {
  readonly relation: Relation;
}

/** A covariance learned from some devices, to predict with the contrasts of others. */
function open(
  learnFrom: readonly Contrasts[],
  predictFrom: readonly Contrasts[],
  views: Views,
  devices: number,
  pairs: number,
  random: Random,
): { readonly surfaces: readonly Surface[]; readonly covariance: Covariance } {
  // Features one by one explain a handful of devices perfectly and foresee nothing: then only all of them together.
  const known = new Set(learnFrom.flatMap(({ measured }) => [...new Set(measured.device)])).size;
  const together = views.devices.filter(({ kind }) => kind !== 'one' || known >= MANY_DEVICES);
  const covariance = learnCovariance(learnFrom, together, views.sizes, pairs, random);
  const compiled = compileCovariance(covariance, devices);
  return { covariance, surfaces: predictFrom.map((each) => openSurface(each, compiled)) };
}

function foldsOf(devices: readonly number[], random: Random): readonly (readonly number[])[] {
  const shuffled = [...devices];
  for (let i = shuffled.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  const count = Math.min(FOLDS, shuffled.length);
  return Array.from({ length: count }, (_, fold) => shuffled.filter((__, index) => index % count === fold));
}

function leaveOut({ measured, contrast, average }: Contrasts, out: ReadonlySet<number>): Contrasts {
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

function tryOut(
  surfaces: readonly Surface[],
  forests: readonly Forest[],
  relations: readonly Relation[],
  operators: readonly Contrasts[],
  out: ReadonlySet<number>,
  most: number,
  random: Random,
): readonly Tried[] {
  const rows: [number, number][] = [];
  for (const [operator, { measured }] of operators.entries())
    for (const [row, device] of measured.device.entries())
      if (out.has(device) && measured.start[row + 1]! - measured.start[row]! > 1) rows.push([operator, row]);
  const trials: Tried[] = [];
  for (let turn = 0; turn < Math.min(most, rows.length); turn += 1) {
    const pick = turn + Math.floor(random() * (rows.length - turn));
    [rows[turn], rows[pick]] = [rows[pick]!, rows[turn]!];
    const [operator, row] = rows[turn]!;
    const { measured } = operators[operator]!;
    const from = measured.start[row]!;
    const to = measured.start[row + 1]!;
    const variants = measured.variant.subarray(from, to);
    trials.push({
      device: measured.device[row]!,
      operator,
      variants,
      opinions: askExperts(
        surfaces[operator]!,
        forests[operator]!,
        measured.device[row]!,
        measured.size[row]!,
        variants,
        (each) => out.has(each),
      ),
      truth: measured.value.subarray(from, to),
      relation: relations[operator]!,
    });
  }
  return trials;
}
