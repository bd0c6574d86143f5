// Samples that stand for a histogram: its quantiles at even ranks, as fine as its buckets allow. A histogram from
// OpenTelemetry keeps no samples; medians of these are medians of the histogram.

import { TELEMETRY_LIMITS } from '@everypath/schema';
import type { ExponentialPoint, HistogramPoint } from './metrics-request.ts';

interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Values of a histogram with explicit bounds. */
export function samplesOfHistogram(point: HistogramPoint): readonly number[] {
  const { bucketCounts, explicitBounds, min, max } = point;
  const buckets = bucketCounts.map((count, index) => {
    const low = index === 0 ? (min ?? 0) : (explicitBounds[index - 1] ?? 0);
    return { low, high: explicitBounds[index] ?? max ?? low, count };
  });
  return quantiles(buckets, point);
}

/** Values of an exponential histogram: bucket i is (base^(offset+i), base^(offset+i+1)], base 2^(2^-scale). */
export function samplesOfExponential(point: ExponentialPoint): readonly number[] {
  const { scale, positive, zeroCount } = point;
  const bound = (index: number): number => 2 ** (index * 2 ** -scale);
  const buckets = positive.bucketCounts.map((count, index) => ({
    low: bound(positive.offset + index),
    high: bound(positive.offset + index + 1),
    count,
  }));
  return quantiles([{ low: 0, high: 0, count: zeroCount }, ...buckets], point);
}

/** At most as many values as a record may carry, spread over the ranks; within a bucket by straight line. */
function quantiles(
  buckets: readonly Bucket[],
  { min, max }: { readonly min?: number | undefined; readonly max?: number | undefined },
): readonly number[] {
  const total = buckets.reduce((sum, { count }) => sum + Math.max(0, count), 0);
  if (!Number.isFinite(total) || total < 1) return [];
  const kept = Math.min(TELEMETRY_LIMITS.samples, total);
  const values: number[] = [];
  let before = 0;
  for (const { low, high, count } of buckets) {
    if (count <= 0) continue;
    for (
      let rank = ((values.length + 0.5) / kept) * total;
      values.length < kept && rank <= before + count;
    ) {
      const value = low + (high - low) * ((rank - before) / count);
      values.push(Math.min(max ?? Number.POSITIVE_INFINITY, Math.max(min ?? 0, value)));
      rank = ((values.length + 0.5) / kept) * total;
    }
    before += count;
  }
  return values;
}
