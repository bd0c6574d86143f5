// Four ways to foresee a problem's contrasts from the measured devices: the average device, the alike devices (kriging),
// the most alike device alone, and trees that find the features which decide. Also: which variants the alike devices do not have,
// for what is missing is often what was not worth having.

import { krige } from './kriging.ts';
import type { Surface } from './surface.ts';
import type { Forest } from './trees.ts';

export const EXPERTS = ['average', 'alike', 'nearest', 'trees'] as const;

export interface Opinions {
  /** By expert, then variant: log contrasts; their level has no meaning. */
  readonly contrasts: readonly Float64Array[];
  /** By variant: share, weighed by likeness, of the devices measured at this size that lack it. */
  readonly missing: Float64Array;
  /** By variant: 1 where the most alike device lacks it. */
  readonly lacks: Float64Array;
  /** By variant: variance of the contrast by the alike devices. */
  readonly variance: Float64Array;
  readonly support: Int32Array;
}

/** A variant that nobody ever measured is taken for the slowest by this much, in log space. */
const UNKNOWN = 1;

export function askExperts(
  surface: Surface,
  forest: Forest,
  device: number,
  size: number,
  variants: ArrayLike<number>,
  excluded: (device: number) => boolean,
): Opinions {
  const alike = krige(surface, device, size, variants, excluded);
  const { contrasts } = surface;
  const { measured } = contrasts;
  const count = variants.length;
  const index = new Map(Array.from(variants, (variant, at): [number, number] => [variant, at]));
  const rows = (surface.rowsBySize.get(size) ?? []).filter((row) => !excluded(measured.device[row]!));
  const sum = new Float64Array(count);
  const seen = new Float64Array(count);
  const have = new Float64Array(count);
  let all = 0;
  let nearest = -1;
  let nearestLikeness = -1;
  for (const row of rows) {
    const likeness = surface.likeness(device, measured.device[row]!);
    let shared = 0;
    for (let cell = measured.start[row]!; cell < measured.start[row + 1]!; cell += 1) {
      const at = index.get(measured.variant[cell]!);
      if (at === undefined) continue;
      shared += 1;
      sum[at]! += contrasts.contrast[cell]!;
      seen[at]! += 1;
      have[at]! += likeness;
    }
    all += likeness;
    if (shared > 1 && likeness > nearestLikeness) {
      nearest = row;
      nearestLikeness = likeness;
    }
  }
  const average = new Float64Array(count);
  const missing = new Float64Array(count);
  let slowest = 0;
  for (let at = 0; at < count; at += 1) {
    average[at] = seen[at]! > 0 ? sum[at]! / seen[at]! : fallback(contrasts.average, variants[at]!);
    if (Number.isFinite(average[at]!)) slowest = Math.max(slowest, average[at]!);
    missing[at] = all > 0 ? 1 - have[at]! / all : 0;
  }
  for (let at = 0; at < count; at += 1) if (!Number.isFinite(average[at]!)) average[at] = slowest + UNKNOWN;
  fillUnknown(alike.mean);
  const grown = forest.expect(device, size, variants, excluded(device));
  fillUnknown(grown);
  const { contrasts: close, lacks } = fromNearest(nearest, surface, index, alike.mean);
  return {
    contrasts: [average, alike.mean, close, grown],
    missing,
    lacks,
    variance: alike.variance,
    support: alike.support,
  };
}

const fallback = (average: Float64Array, variant: number): number =>
  variant >= 0 && variant < average.length ? average[variant]! : Number.NaN;

function fillUnknown(mean: Float64Array): void {
  let slowest = 0;
  for (const value of mean) if (Number.isFinite(value)) slowest = Math.max(slowest, value);
  for (const [at, value] of mean.entries()) if (!Number.isFinite(value)) mean[at] = slowest + UNKNOWN;
}

/** What the most alike device has, at the level of what is predicted for the rest. */
function fromNearest(
  row: number,
  { contrasts }: Surface,
  index: ReadonlyMap<number, number>,
  predicted: Float64Array,
): { readonly contrasts: Float64Array; readonly lacks: Float64Array } {
  if (row < 0) return { contrasts: predicted, lacks: new Float64Array(predicted.length) };
  const lacks = new Float64Array(predicted.length).fill(1);
  const { measured } = contrasts;
  const result = Float64Array.from(predicted);
  const own: [number, number][] = [];
  let shift = 0;
  for (let cell = measured.start[row]!; cell < measured.start[row + 1]!; cell += 1) {
    const at = index.get(measured.variant[cell]!);
    if (at === undefined) continue;
    own.push([at, contrasts.contrast[cell]!]);
    lacks[at] = 0;
    shift += predicted[at]! - contrasts.contrast[cell]!;
  }
  for (const [at, value] of own) result[at] = value + shift / own.length;
  return { contrasts: result, lacks };
}
