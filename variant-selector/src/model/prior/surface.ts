// An operator's contrasts laid out for prediction: rows by size, and how much any two rows have in common.

import type { Contrasts } from './contrasts.ts';
import { overall } from './similarity.ts';
import type { Covariance } from './variogram.ts';

export interface Surface {
  readonly contrasts: Contrasts;
  readonly compiled: Compiled;
  readonly rowsBySize: ReadonlyMap<number, readonly number[]>;
  /** Sizes with rows, a sample of them where they are many. */
  readonly sizes: readonly number[];
  /** Of two devices, in all that is known of them. */
  readonly likeness: (a: number, b: number) => number;
}

/** A covariance made ready: its device views added up for each size view. */
export interface Compiled {
  readonly covariance: Covariance;
  /** Covariance of a variant's contrasts in two rows. */
  readonly between: (deviceA: number, sizeA: number, deviceB: number, sizeB: number) => number;
  /** Of a row with itself, without the nugget. */
  readonly total: number;
}

/** Up to so many devices, what two of them share is worked out once. */
const MOST_TABLED = 1500;
/** Sizes that neighbours are looked for among; a size's own rows are always found. */
const MOST_CANDIDATES = 1500;
const MOST_SIZES = 12;

export function compileCovariance(covariance: Covariance, devices: number): Compiled {
  const width = covariance.sizes.length;
  const parts = covariance.sizes.flatMap((size, s) => {
    const used = covariance.devices
      .map((view, d) => ({ view, weight: covariance.weights[d * width + s]! }))
      .filter(({ weight }) => weight > 0);
    if (used.length === 0) return [];
    const sum = (a: number, b: number): number => {
      let total = 0;
      for (const { view, weight } of used) total += weight * view.between(a, b);
      return total;
    };
    return [{ size, share: devices > MOST_TABLED ? sum : tabled(sum, devices) }];
  });
  return {
    covariance,
    total: covariance.weights.reduce((sum, each) => sum + each, 0),
    between(deviceA, sizeA, deviceB, sizeB) {
      let sum = 0;
      for (const { size, share } of parts) {
        const device = share(deviceA, deviceB);
        if (device !== 0) sum += device * size.between(sizeA, sizeB);
      }
      return sum;
    },
  };
}

function tabled(compute: (a: number, b: number) => number, count: number): typeof compute {
  const table = new Float64Array(count * count);
  for (let a = 0; a < count; a += 1) {
    for (let b = 0; b <= a; b += 1) {
      table[a * count + b] = compute(a, b);
      table[b * count + a] = table[a * count + b]!;
    }
  }
  return (a, b) => table[a * count + b]!;
}

export function openSurface(contrasts: Contrasts, compiled: Compiled): Surface {
  const { size, start } = contrasts.measured;
  const rows = Array.from({ length: start.length - 1 }, (_, row) => row);
  const rowsBySize = Map.groupBy(rows, (row) => size[row]!);
  const all = [...rowsBySize.keys()];
  const step = Math.max(1, all.length / MOST_CANDIDATES);
  const sizes = Array.from(
    { length: Math.min(all.length, MOST_CANDIDATES) },
    (_, at) => all[Math.floor(at * step)]!,
  );
  return { contrasts, compiled, rowsBySize, sizes, likeness: overall(compiled.covariance.devices).between };
}

/** The most alike sizes with rows, the size itself first. */
export function nearestSizes({ compiled, rowsBySize, sizes }: Surface, size: number): readonly number[] {
  const views = compiled.covariance.sizes;
  const apart = views.find(({ kind }) => kind === 'near' && views.length > 2) ?? views.at(-1)!;
  const others = sizes
    .filter((each) => each !== size)
    .map((each) => ({ each, alike: apart.between(size, each) }));
  if (others.length >= MOST_SIZES) others.sort((a, b) => b.alike - a.alike || a.each - b.each);
  const own = rowsBySize.has(size) ? [size] : [];
  return [...own, ...others.slice(0, MOST_SIZES - own.length).map(({ each }) => each)];
}
