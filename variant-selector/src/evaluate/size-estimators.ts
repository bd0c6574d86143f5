// Which estimator foresees a latency at a size that was not measured? Curves of one variant on one device, every second
// size held out: the lines of ml-regression, and the served model's slope with different corrections. For `bench/`, which
// decides what the model uses; nothing here serves.

import { PolynomialRegression, SimpleLinearRegression, TheilSenRegression } from 'ml-regression';
import { quantileSorted } from 'simple-statistics';
import { correctionAt } from '../model/between-sizes.ts';
import { fitSlopes, unknownSlopes } from '../model/size-model.ts';
import type { Table } from './table.ts';

export interface EstimatorFigures {
  readonly name: string;
  /** Of the absolute error of log latency at sizes held out. */
  readonly median: number;
  readonly p90: number;
  readonly points: number;
}

type Estimator = (x: readonly number[], y: readonly number[]) => (x: number) => number;

const LEAST_SIZES = 5;

const ESTIMATORS: Readonly<Record<string, Estimator>> = {
  'ml-regression: least squares': (x, y) => fitted(new SimpleLinearRegression(x, y)),
  'ml-regression: Theil-Sen': (x, y) => fitted(new TheilSenRegression(x, y)),
  'ml-regression: parabola': (x, y) => fitted(new PolynomialRegression(x, y, 2)),
  'Bayesian slope, Huber': slope,
  'slope, nearest size’s correction': (x, y) => withNearest(x, y, slope(x, y)),
  'served: slope, kriged corrections': kriging,
};

const fitted = (model: { predict(x: number): number }) => (x: number) => model.predict(x);

/** The served model's slope through the mean of the points. */
function slope(x: readonly number[], y: readonly number[]): (x: number) => number {
  const points = x.map((at, index) => ({ group: '', x: [at], y: y[index]!, variance: 0.01 }));
  const [rise = 0] = fitSlopes(points, unknownSlopes(1)).mean;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, each) => sum + each, 0) / values.length;
  const [centerX, centerY] = [mean(x), mean(y)];
  return (at) => centerY + rise * (at - centerX);
}

/** Adds what the line misses at the nearest measured size. */
function withNearest(
  x: readonly number[],
  y: readonly number[],
  line: (x: number) => number,
): (x: number) => number {
  return (at) => {
    let nearest = 0;
    for (const index of x.keys()) if (Math.abs(x[index]! - at) < Math.abs(x[nearest]! - at)) nearest = index;
    return line(at) + y[nearest]! - line(x[nearest]!);
  };
}

/** The line, with what it misses drawn from all measured sizes: what `predict.ts` does. */
function kriging(x: readonly number[], y: readonly number[]): (x: number) => number {
  const line = slope(x, y);
  const measured = x.map((at, index) => ({ features: [Math.expm1(at)], correction: y[index]! - line(at) }));
  return (at) => line(at) + correctionAt(measured, [Math.expm1(at)]);
}

/** Tries every estimator on all curves of a table that have one size feature and enough sizes. */
export function compareSizeEstimators(table: Table): readonly EstimatorFigures[] {
  const errors = new Map(Object.keys(ESTIMATORS).map((name): [string, number[]] => [name, []]));
  for (const curve of curvesOf(table)) {
    const known = curve.filter((_, index) => index % 2 === 0);
    const held = curve.filter((_, index) => index % 2 === 1);
    for (const [name, estimator] of Object.entries(ESTIMATORS)) {
      const predict = estimator(
        known.map(([x]) => x),
        known.map(([, y]) => y),
      );
      for (const [x, y] of held) errors.get(name)!.push(Math.abs(predict(x) - y));
    }
  }
  return [...errors].map(([name, own]) => {
    const sorted = own.sort((a, b) => a - b);
    return {
      name,
      median: sorted.length === 0 ? 0 : quantileSorted(sorted, 0.5),
      p90: sorted.length === 0 ? 0 : quantileSorted(sorted, 0.9),
      points: sorted.length,
    };
  });
}

type Curve = readonly (readonly [x: number, y: number])[];

function curvesOf(table: Table): readonly Curve[] {
  const curves = new Map<string, Map<number, number>>();
  for (let row = 0; row < table.logUs.length; row += 1) {
    const features = Object.values(table.sizes[table.size[row]!]!);
    const [size] = features;
    if (features.length !== 1 || typeof size !== 'number' || size < 0) continue;
    const key = `${table.device[row]} ${table.operator[row]} ${table.variant[row]}`;
    const curve = curves.get(key) ?? new Map<number, number>();
    curve.set(Math.log1p(size), table.logUs[row]!);
    curves.set(key, curve);
  }
  return [...curves.values()]
    .filter((curve) => curve.size >= LEAST_SIZES)
    .map((curve) => [...curve].sort((a, b) => a[0] - b[0]));
}
