// What the size model misses at a size that was not measured: drawn from the measured ones by how many octaves away they
// are (simple kriging about the line). On measured curves this has a third of the error of the nearest size's own
// correction: `npm run bench -- sizes`.

import { cholesky, solve } from './linear.ts';

/** Octaves over which corrections stay alike by a factor of e; the same for all operators. */
export const SIZE_REACH = 4;
/** Of a correction, what does not even hold nearby. */
export const SIZE_NUGGET = 0.02;
/** The nearest sizes decide; more would only cost. */
const MOST_SIZES = 12;

export interface SizeCorrection {
  readonly features: readonly number[];
  readonly correction: number;
}

/** Sum over features of the octaves between two sizes. */
export function octavesBetween(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1)
    sum += Math.abs(Math.log2(1 + a[index]!) - Math.log2(1 + (b[index] ?? 0)));
  return sum;
}

/** The correction to expect at a size; near none far from everything measured. */
export function correctionAt(measured: readonly SizeCorrection[], features: readonly number[]): number {
  const near = measured
    .map((each) => ({ ...each, apart: octavesBetween(features, each.features) }))
    .sort((a, b) => a.apart - b.apart)
    .slice(0, MOST_SIZES);
  const n = near.length;
  if (n === 0) return 0;
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const apart = octavesBetween(near[i]!.features, near[j]!.features);
      covariance[i * n + j] = Math.exp(-apart / SIZE_REACH) + (i === j ? SIZE_NUGGET : 0);
    }
  }
  const weights = solve(
    cholesky(covariance, n),
    n,
    Float64Array.from(near, (each) => each.correction),
  );
  return near.reduce((sum, each, index) => sum + weights[index]! * Math.exp(-each.apart / SIZE_REACH), 0);
}
