// Learns how far to trust what alike classes say beside what the tree of classes hands down: leaves classes out in turn,
// asks both for what these measured, and weighs mixtures by the regret they would have had (`prior/mixture.ts`).

import { mean } from 'simple-statistics';
import { keyedRandom, type Random } from '../random.ts';
import { fastest } from './belief.ts';
import type { FamilyModel } from './family.ts';
import {
  type FamilySlice,
  inheritedContrasts,
  measuredContrast,
  type Size,
  sliceOf,
} from './family-slice.ts';
import { askForeseers, classesOf, type Foresight, viewsOfClasses } from './foresight.ts';
import { blend, chooseMixture, type Mixture, type Trial } from './prior/mixture.ts';
import { sizeViews } from './prior/similarity.ts';
import { compileCovariance, openSurface } from './prior/surface.ts';
import { learnCovariance } from './prior/variogram.ts';
import type { Variances } from './variances.ts';

/** Slices (a family at a size) that are looked at, and classes of each. */
const SLICES = 48;
const CLASSES = 160;
const TRIALS = 400;
/** Fewer classes than this bear nothing out. */
const FEWEST_CLASSES = 10;
/** Pairs of cells that the covariance is learned from. */
const PAIRS = 8000;
/** Likeness in one word of a path explains a handful of classes perfectly and foresees nothing. */
const MANY_CLASSES = 40;
const LEAST_SHARE = 0.02;

/** Null where nothing foresees better than the tree of classes. */
export function learnForesight(families: readonly FamilyModel[], variances: Variances): Foresight | null {
  const random = keyedRandom('foresight');
  const classes = [...new Set(families.flatMap(classesOf))];
  if (classes.length < FEWEST_CLASSES) return null;
  const places = new Map(classes.map((name, place) => [name, place]));
  const slices = sampleSlices(families, random).map(({ family, size }) =>
    sliceOf(
      family,
      size,
      sampled(classesOf(family), CLASSES, random).map((name) => [name, places.get(name)!] as const),
    ),
  );
  const views = viewsOfClasses(classes).filter(
    ({ kind }) => kind !== 'one' || classes.length >= MANY_CLASSES,
  );
  const surfaces = slices.map(({ contrasts }) => contrasts).filter(({ contrast }) => contrast.length > 0);
  if (surfaces.length === 0) return null;
  const covariance = learnCovariance(surfaces, views, sizeViews([]), PAIRS, random);
  const compiled = compileCovariance(covariance, Number.POSITIVE_INFINITY);
  const wanted = Math.ceil(TRIALS / slices.length);
  const trials = slices.flatMap((slice, operator) => {
    const surface = openSurface(slice.contrasts, compiled);
    const rows = sampled(
      slice.contrasts.measured.device.map((_, row) => row),
      wanted,
      random,
    );
    return rows.flatMap((row, turn) => {
      const own = classes[slice.contrasts.measured.device[row]!]!;
      // A class alone may be new, or all of its microarchitecture.
      const out = turn % 2 === 0 ? own : own.slice(0, own.lastIndexOf('/'));
      return tryOut(slice, operator, row, out, classes, surface, variances);
    });
  });
  if (new Set(trials.map(({ device }) => device)).size < FEWEST_CLASSES) return null;
  const mixture = chooseMixture(trials);
  const share = borneOut(trials, mixture);
  if (share < LEAST_SHARE) return null;
  return {
    weights: Object.fromEntries(views.map(({ name }, view) => [name, covariance.weights[view]!])),
    nugget: covariance.nugget,
    mixture,
    share,
  };
}

/**
 * How sure it is that classes that were left out would have been served better than by the tree of classes alone: the
 * mean gain's square over what is expected of it, noise included (James & Stein 1961); 0 where they would have lost.
 */
function borneOut(trials: readonly Trial[], mixture: Mixture): number {
  const gains = [...Map.groupBy(trials, ({ device }) => device).values()].map((own) =>
    mean(
      own.map(
        ({ opinions, truth }) =>
          truth[fastest(opinions.contrasts[0]!)]! - truth[fastest(blend(opinions, mixture).mean)]!,
      ),
    ),
  );
  const gain = mean(gains);
  const error = mean(gains.map((each) => (each - gain) ** 2)) / gains.length;
  return gain <= 0 ? 0 : gain ** 2 / (gain ** 2 + error);
}

/** What was foreseen of the variants that a row's class measured, it and all else in the cell `out` left out. */
function tryOut(
  slice: FamilySlice,
  operator: number,
  row: number,
  out: string,
  classes: readonly string[],
  surface: ReturnType<typeof openSurface>,
  variances: Variances,
): readonly Trial[] {
  const { measured } = slice.contrasts;
  const device = measured.device[row]!;
  const deviceClass = classes[device]!;
  const excluded = (place: number): boolean =>
    classes[place] === out || classes[place]!.startsWith(`${out}/`);
  const others = new Set<number>();
  for (let each = 0; each + 1 < measured.start.length; each += 1)
    if (!excluded(measured.device[each]!))
      for (let cell = measured.start[each]!; cell < measured.start[each + 1]!; cell += 1)
        others.add(measured.variant[cell]!);
  const variants: number[] = [];
  const truth: number[] = [];
  for (let cell = measured.start[row]!; cell < measured.start[row + 1]!; cell += 1) {
    const variant = measured.variant[cell]!;
    const found = measuredContrast(slice, slice.variants[variant]!, deviceClass, variances);
    if (found === null || !others.has(variant)) continue;
    variants.push(variant);
    truth.push(found);
  }
  if (variants.length < 2) return [];
  const inherited = inheritedContrasts(slice, out, variances);
  const handed = Float64Array.from(variants, (variant) => inherited[variant]!);
  const opinions = askForeseers(surface, device, variants, handed, excluded);
  return [{ device, operator, variants, opinions, truth: Float64Array.from(truth) }];
}

/** Families at sizes that their classes measured; at their middle size where each class has one. */
function sampleSlices(
  families: readonly FamilyModel[],
  random: Random,
): readonly { readonly family: FamilyModel; readonly size: Size }[] {
  const several = families.filter((family) => Object.keys(family.variants).length > 1);
  const perFamily = Math.max(1, Math.ceil(SLICES / Math.max(several.length, 1)));
  return sampled(several, SLICES, random).flatMap((family): { family: FamilyModel; size: Size }[] => {
    const sizes = new Set(
      Object.values(family.variants).flatMap(({ local }) => Object.values(local).flatMap(Object.keys)),
    );
    if (sizes.size === 0) return [{ family, size: null }];
    return sampled([...sizes], perFamily, random).map((key) => ({
      family,
      size: key.split(',').map(Number),
    }));
  });
}

/** Some of a list, without order. */
function sampled<Item>(items: ArrayLike<Item>, most: number, random: Random): readonly Item[] {
  const all = Array.from(items);
  for (let turn = 0; turn < Math.min(most, all.length); turn += 1) {
    const pick = turn + Math.floor(random() * (all.length - turn));
    [all[turn], all[pick]] = [all[pick]!, all[turn]!];
  }
  return all.slice(0, most);
}
