// How latency grows with size: log latency is linear in the logarithms of the size features. The slopes are shared
// by a family's operator variants and refined for each, by Bayesian regression that resists outliers.

/** One point of a group whose level is its own: only differences within a group say something about slopes. */
export interface SizePoint {
  readonly group: string;
  /** Logarithms of the features. */
  readonly x: readonly number[];
  readonly y: number;
  readonly variance: number;
}

export interface Slopes {
  readonly mean: readonly number[];
  /** Of each slope, averaged. */
  readonly variance: number;
}

/** The coordinates that slopes act on. One more than the feature, so that a size of nothing has a place. */
export const sizeCoordinates = (features: readonly number[]): readonly number[] =>
  features.map((feature) => Math.log1p(feature));

/** Before any data: work grows somewhat with every feature, and nobody knows how much. */
export const unknownSlopes = (count: number): Slopes => ({
  mean: new Array<number>(count).fill(count === 0 ? 0 : 1 / count),
  variance: 0.5 ** 2,
});

const ROUNDS = 4;
/** Residuals beyond this many standard deviations are weighed down (Huber 1964). */
const HUBER = 2;

/** The slopes given points and a belief: posterior mean of a Gaussian regression, reweighted against outliers. */
export function fitSlopes(points: readonly SizePoint[], belief: Slopes): Slopes {
  const count = belief.mean.length;
  const centered = centerGroups(points);
  if (count === 0 || centered.every((point) => point.x.every((value) => Math.abs(value) < 1e-9)))
    return belief;
  let slopes = belief;
  let spread = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    const matrix = belief.mean.map((_, row) =>
      belief.mean.map((__, column) => (row === column ? 1 / belief.variance : 0)),
    );
    const moments = belief.mean.map((mean) => mean / belief.variance);
    const scores: number[] = [];
    for (const point of centered) {
      const score = Math.abs(point.y - dot(slopes.mean, point.x)) / Math.sqrt(point.variance);
      scores.push(score);
      const trust = round === 0 ? 1 : Math.min(1, (HUBER * spread) / Math.max(score, 1e-9));
      const precision = trust / (point.variance * spread ** 2);
      for (let row = 0; row < count; row += 1) {
        moments[row]! += precision * point.x[row]! * point.y;
        for (let column = 0; column < count; column += 1) {
          matrix[row]![column]! += precision * point.x[row]! * point.x[column]!;
        }
      }
    }
    const inverse = invert(matrix);
    slopes = {
      mean: inverse.map((row) => dot(row, moments)),
      variance: inverse.reduce((sum, row, index) => sum + row[index]!, 0) / count,
    };
    // Scatter beyond what the noise explains means that the line is a poor one: its slopes are less certain.
    scores.sort((a, b) => a - b);
    spread = Math.max(1, 1.4826 * (scores[Math.floor(scores.length / 2)] ?? 0));
  }
  return slopes;
}

function centerGroups(points: readonly SizePoint[]): readonly SizePoint[] {
  const groups = Map.groupBy(points, (point) => point.group);
  return [...groups.values()].flatMap((group) => {
    if (group.length < 2) return [];
    const weight = group.reduce((sum, point) => sum + 1 / point.variance, 0);
    const mean = (value: (point: SizePoint) => number): number =>
      group.reduce((sum, point) => sum + value(point) / point.variance, 0) / weight;
    const y = mean((point) => point.y);
    const x = group[0]!.x.map((_, index) => mean((point) => point.x[index] ?? 0));
    return group.map((point) => ({
      ...point,
      y: point.y - y,
      x: x.map((center, index) => (point.x[index] ?? 0) - center),
    }));
  });
}

export const dot = (a: readonly number[], b: readonly number[]): number => {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += a[index]! * (b[index] ?? 0);
  return sum;
};

/** Gauss-Jordan on at most 4×4; positive definite by the belief's ridge, so no pivoting is needed. */
function invert(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const size = matrix.length;
  const rows = matrix.map((row, index) => [...row, ...row.map((_, column) => (column === index ? 1 : 0))]);
  for (let pivot = 0; pivot < size; pivot += 1) {
    const scale = rows[pivot]![pivot]!;
    rows[pivot] = rows[pivot]!.map((value) => value / scale);
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue;
      const factor = rows[row]![pivot]!;
      rows[row] = rows[row]!.map((value, column) => value - factor * rows[pivot]![column]!);
    }
  }
  return rows.map((row) => row.slice(size));
}
