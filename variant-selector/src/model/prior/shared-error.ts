// What a device's other problems say of one. Where foresight was wrong about a variant at one size, it is likely to be
// wrong about it at the next, and perhaps in other operators: an error has a part that the device's problems share, and
// how large that part is was seen on devices left out. A Gaussian process over the device's problems, conditioned on what
// the most telling of them measured, each at a level of its own that nothing is known of.

import type { ContrastPrior, Expected } from '../belief.ts';
import { expectedOf } from '../belief.ts';
import { cholesky, solve } from '../linear.ts';
import type { Estimate } from '../robust.ts';
import { nonnegative } from './nonnegative.ts';
import type { View } from './similarity.ts';

/** Shares of an error's variance; together at most `MOST_SHARED`. */
export interface SharedError {
  /** That all of a device's problems share, whatever the operator. */
  readonly device: number;
  /** That problems of one operator share, by view of their sizes. */
  readonly sizes: readonly number[];
  readonly views: readonly View[];
}

export interface Place {
  readonly operator: number;
  readonly size: number;
  /** Names of the variants, which operators may have in common. */
  readonly names: ArrayLike<number>;
}

/** A problem of a left-out device, by the errors of its foresight in standard deviations. */
export interface ErrorsSeen extends Place {
  readonly device: number;
  readonly errors: Float64Array;
}

/** A problem of the device, as it was foreseen. */
export interface Fellow extends Place {
  readonly prior: ContrastPrior;
  /** Of each variant, what was measured of its log latency; null: nothing. */
  readonly located: () => readonly (Estimate | null)[];
}

const MOST_SHARED = 0.95;
const PAIRS_PER_DEVICE = 4000;
/** An error of more standard deviations counts as this many. */
const MOST_ERROR = 3;
const RIDGE = 1e-3;
/** Variance of a problem's own level: next to nothing is known of it. */
const LEVEL = 100;
/** Problems that are listened to, and measured variants of all of them together. */
const MOST_FELLOWS = 10;
const MOST_ITEMS = 40;
const MANY_VARIANTS = 400;
/** The chance that a problem is unlike all others of its device: what they say of it then counts for nothing. */
const UNLIKE = 0.1;

/** Learns the shares from pairs of problems of one device: how far their errors agree (Cressie 1985, as a variogram). */
export function learnSharedError(seen: readonly ErrorsSeen[], views: readonly View[]): SharedError {
  const width = 1 + views.length;
  const a = new Float64Array(width * width);
  const b = new Float64Array(width);
  let squares = 0;
  let pairs = 0;
  for (const own of Map.groupBy(seen, ({ device }) => device).values()) {
    const all = (own.length * (own.length - 1)) / 2;
    const step = Math.max(1, Math.floor(all / PAIRS_PER_DEVICE));
    let pair = 0;
    for (let i = 0; i < own.length; i += 1) {
      for (let j = 0; j < i; j += 1, pair += 1) {
        if (pair % step !== 0) continue;
        const agreement = agreementOf(own[i]!, own[j]!);
        if (agreement === null) continue;
        const x = new Float64Array(width);
        x[0] = 1;
        if (own[i]!.operator === own[j]!.operator)
          for (const [s, view] of views.entries()) x[1 + s] = view.between(own[i]!.size, own[j]!.size);
        for (let each = 0; each < width; each += 1) {
          b[each]! += x[each]! * agreement.product;
          for (let other = 0; other < width; other += 1) a[each * width + other]! += x[each]! * x[other]!;
        }
        squares += agreement.square;
        pairs += 1;
      }
    }
  }
  if (squares <= 0) return { device: 0, sizes: views.map(() => 0), views };
  for (let each = 0; each < width; each += 1) a[each * width + each]! *= 1 + RIDGE;
  const usual = squares / pairs;
  const found = nonnegative(
    a,
    b.map((each) => each / usual),
  );
  const total = found.reduce((sum, each) => sum + each, 0);
  const scale = total > MOST_SHARED ? MOST_SHARED / total : 1;
  return { device: found[0]! * scale, sizes: Array.from(found.subarray(1), (each) => each * scale), views };
}

/** Of the variants that two problems have in common, without their levels: the mean product of errors, and square. */
function agreementOf(
  one: ErrorsSeen,
  other: ErrorsSeen,
): { readonly product: number; readonly square: number } | null {
  const places = new Map(Array.from(other.names, (name, at): [number, number] => [name, at]));
  const pairs: [number, number][] = [];
  for (let at = 0; at < one.names.length; at += 1) {
    const place = places.get(one.names[at]!);
    if (place !== undefined) pairs.push([clip(one.errors[at]!), clip(other.errors[place]!)]);
  }
  const count = pairs.length;
  if (count < 2) return null;
  const levels = [0, 1].map((side) => pairs.reduce((sum, pair) => sum + pair[side]!, 0) / count);
  let product = 0;
  let square = 0;
  for (const [first, second] of pairs) {
    const x = first - levels[0]!;
    const y = second - levels[1]!;
    product += x * y;
    square += (x * x + y * y) / 2;
  }
  return { product: product / (count - 1), square: square / (count - 1) };
}

const clip = (error: number): number => Math.max(-MOST_ERROR, Math.min(MOST_ERROR, error));

/** The share of its error that a problem has in common with another of the same operator. */
const withinOperator = ({ sizes, views }: SharedError, a: Place, b: Place): number => {
  if (a.operator !== b.operator) return 0;
  let sum = 0;
  for (const [s, share] of sizes.entries()) if (share > 0) sum += share * views[s]!.between(a.size, b.size);
  return sum;
};

/** Of a problem's fellows, those that tell most of it, most telling first. */
export function mostTelling<Other extends Place>(
  shared: SharedError,
  problem: Place,
  others: readonly Other[],
  most: number,
): readonly Other[] {
  return others
    .filter((other) => other !== problem)
    .map((other) => ({ other, share: shared.device + withinOperator(shared, problem, other) }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, most)
    .map(({ other }) => other);
}

/** What a fellow measured of one of its variants, less what was foreseen. */
interface Item {
  readonly fellow: Fellow;
  readonly at: number;
  readonly rest: number;
  readonly noise: number;
}

function itemsOf(fellows: readonly Fellow[]): readonly Item[] {
  const items: Item[] = [];
  let listened = 0;
  for (const fellow of fellows) {
    const own = fellow
      .located()
      .flatMap((found, at): Item[] =>
        found === null
          ? []
          : [{ fellow, at, rest: found.mean - fellow.prior.mean[at]!, noise: found.variance }],
      );
    // One variant alone says nothing of contrasts.
    if (own.length < 2 || items.length + own.length > MOST_ITEMS) continue;
    items.push(...own);
    listened += 1;
    if (listened === MOST_FELLOWS) break;
  }
  return items;
}

/** The factor of the items' covariance, each problem at a level of its own. */
function factorOf(items: readonly Item[], between: Between): Float64Array {
  const n = items.length;
  const system = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    const one = items[i]!;
    for (let j = 0; j <= i; j += 1) {
      const other = items[j]!;
      system[i * n + j] =
        between(one.fellow, one.at, other.fellow, other.at) + (one.fellow === other.fellow ? LEVEL : 0);
    }
    system[i * n + i]! += one.noise;
  }
  return cholesky(system, n);
}

/**
 * What to expect of a problem when what its fellows measured is known; null when they measured nothing that tells. The
 * Gaussian of the same mean and covariance as two of which one heeds the fellows and one does not: otherwise a variant of
 * which they all say that it is slow would never be tried where it is not.
 */
export function expectAmong(
  shared: SharedError,
  problem: Fellow,
  fellows: readonly Fellow[],
): Expected | null {
  const items = itemsOf(fellows);
  const n = items.length;
  if (n === 0) return null;
  const between = covarianceBetween(shared);
  const factor = factorOf(items, between);
  const rests = Float64Array.from(items, ({ rest }) => rest);
  const update = solve(factor, n, rests);
  const count = problem.names.length;
  const cross = Array.from({ length: count }, (_, v) =>
    Float64Array.from(items, ({ fellow, at }) => between(problem, v, fellow, at)),
  );
  const before = expectedOf(problem.prior);
  const known = cross.map((own) => own.some((value) => value !== 0));
  const solved: (Float64Array | undefined)[] = new Array(count);
  const solvedOf = (v: number): Float64Array => {
    solved[v] ??= solve(factor, n, cross[v]!);
    return solved[v];
  };
  // Of many variants, few are ever asked for.
  const table = count > MANY_VARIANTS ? null : new Float64Array(count * count).fill(Number.NaN);
  const shift = Float64Array.from(cross, (own, v) => (known[v] ? dot(own, update) : 0));
  const middle = shift.reduce((sum, each) => sum + each, 0) / count;
  return {
    related: true,
    mean: Float64Array.from(problem.prior.mean, (value, v) => value + (1 - UNLIKE) * shift[v]!),
    covariance(x, y) {
      const place = x < y ? x * count + y : y * count + x;
      const held = table?.[place] ?? Number.NaN;
      if (!Number.isNaN(held)) return held;
      const told = known[x] && known[y] ? dot(cross[x]!, solvedOf(y)) : 0;
      const apart = UNLIKE * (1 - UNLIKE) * (shift[x]! - middle) * (shift[y]! - middle);
      const value = before.covariance(x, y) - (1 - UNLIKE) * told + apart;
      if (table !== null) table[place] = value;
      return value;
    },
  };
}

/** Covariance of the errors of two variants in two problems of one device. */
type Between = (a: Fellow, v: number, b: Fellow, w: number) => number;

function covarianceBetween(shared: SharedError): Between {
  return (a, v, b, w) => {
    const same = a === b;
    const within = same ? 1 - shared.device : withinOperator(shared, a, b);
    const one = a.prior;
    const other = b.prior;
    const spread = Math.sqrt(one.variance[v]! * other.variance[w]!);
    if (a.names[v] === b.names[w]) {
      const own = Math.sqrt((one.own?.[v] ?? 0) * (other.own?.[w] ?? 0));
      return (shared.device + within) * (spread + own);
    }
    if (a.operator !== b.operator || one.correlation === null) return 0;
    const at = same ? w : indexOf(a.names, b.names[w]!);
    return at < 0 ? 0 : within * one.correlation[v * a.names.length + at]! * spread;
  };
}

const indexOf = (names: ArrayLike<number>, name: number): number => Array.prototype.indexOf.call(names, name);

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}
