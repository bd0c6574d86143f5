// What to expect of an operator's variants on a device that was never measured. Learns from the measured devices which
// likenesses matter, then, by leaving some of them out in turn, how far to trust each expert and how wrong they are.

import type { Random } from '../../random.ts';
import { type Contrasts, type Measured, takeLevelsOut } from './contrasts.ts';
import { askExperts, type Opinions } from './experts.ts';
import {
  companyOf,
  foldsOf,
  leaveOut,
  relationOf,
  rowsOf,
  shuffleFirst,
  type Tried,
  tryOut,
} from './left-out.ts';
import { blend, chooseMixture, type Mixture, smoothRegret } from './mixture.ts';
import { scatterOf } from './relatives.ts';
import { type ErrorsSeen, learnSharedError, type Place, type SharedError } from './shared-error.ts';
import { deviceViews, type Features, sizeViews, type View } from './similarity.ts';
import { compileCovariance, openSurface, type Surface } from './surface.ts';
import { type Columns, columnsFor, growForest } from './trees.ts';
import { type Covariance, learnCovariance } from './variogram.ts';

export interface PriorInput {
  readonly operators: readonly Measured[];
  readonly deviceNames: readonly string[];
  readonly deviceFeatures: readonly Features[];
  readonly sizeFeatures: readonly Features[];
  /** By operator, then its variant: a name that operators may have in common. */
  readonly variantNames: readonly ArrayLike<number>[];
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

/** A problem of a device that was left out. */
export interface Rehearsal extends Place {
  readonly device: number;
  readonly expected: Omit<Expectation, 'opinions'>;
  /** Log latency of each variant. */
  readonly truth: Float64Array;
}

export interface Prior {
  readonly mixture: Mixture;
  readonly covariance: Covariance;
  /** Of an error, what a device's problems have in common. */
  readonly shared: SharedError;
  readonly operators: readonly Contrasts[];
  /** Problems of devices that were left out in turn, as they were foreseen: some that lie close together, by device. */
  readonly rehearsals: readonly (readonly Rehearsal[])[];
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

export const viewsOf = (input: Omit<PriorInput, 'operators' | 'variantNames'>): Views => ({
  devices: deviceViews(input.deviceNames, input.deviceFeatures),
  sizes: sizeViews(input.sizeFeatures),
  deviceColumns: columnsFor(input.deviceFeatures),
  sizeColumns: columnsFor(input.sizeFeatures),
});

/** Inner folds, and problems tried in all of them together. */
const FOLDS = 10;
const TRIALS = 1200;
/** Problems that are played through, in companies of one device's that lie close together. */
const REHEARSALS = 200;
const COMPANY = 8;
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
  const folds = foldsOf(devices, FOLDS, random);
  const trials: Tried[] = [];
  const companies: (readonly Tried[])[] = [];
  for (const fold of folds) {
    const out = new Set(fold);
    const kept = operators.map((each) => leaveOut(each, out));
    const attempt = tryOut({
      surfaces: open(kept, operators, views, count, INNER_PAIRS, random).surfaces,
      forests,
      relations: kept.map(relationOf),
      operators,
      out,
    });
    const rows = rowsOf(operators, out);
    const tried = shuffleFirst(rows, Math.ceil(TRIALS / folds.length), random).map(attempt);
    trials.push(...tried);
    for (const anchor of tried.slice(0, Math.ceil(REHEARSALS / COMPANY / folds.length)))
      companies.push(companyOf(anchor, operators, rows, views.sizes, COMPANY).map(attempt));
  }
  const mixture = chooseMixture(trials, smoothRegret);
  const { surfaces, covariance } = open(operators, operators, views, count, PAIRS, random);
  const relatives = operators.map(relationOf);
  const scatter = operators.map(scatterOf);
  const shared = learnSharedError(
    trials.map((trial) => errorsOf(trial, mixture, input.variantNames[trial.operator]!)),
    views.sizes,
  );
  // A device more is as likely as any to be the one that is unlike the rest.
  const cautious = (share: number): number => share + (1 - share) / Math.max(devices.length, 1);
  const rehearsalOf = ({
    opinions,
    variants,
    truth,
    relation,
    device,
    operator,
    size,
  }: Tried): Rehearsal => ({
    device,
    operator,
    size,
    names: namesOf(variants, input.variantNames[operator]!),
    expected: { ...blend(opinions, mixture), correlation: relation(variants) },
    truth,
  });
  return {
    mixture,
    covariance,
    shared,
    operators,
    rehearsals: companies.map((company) => company.map(rehearsalOf)),
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

/** How far foresight was wrong, in its own standard deviations. */
function errorsOf(
  { device, operator, size, variants, opinions, truth }: Tried,
  mixture: Mixture,
  names: ArrayLike<number>,
): ErrorsSeen {
  const { mean, variance, own } = blend(opinions, mixture);
  const rest = truth.map((value, v) => value - mean[v]!);
  const level = rest.reduce((sum, value) => sum + value, 0) / rest.length;
  return {
    device,
    operator,
    size,
    names: namesOf(variants, names),
    errors: rest.map((value, v) => (value - level) / Math.sqrt(variance[v]! + own[v]!)),
  };
}

const namesOf = (variants: ArrayLike<number>, names: ArrayLike<number>): readonly number[] =>
  Array.from(variants, (variant) => names[variant]!);

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
