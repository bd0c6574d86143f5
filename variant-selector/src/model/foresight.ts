// What to expect of a family's operator variants on a class that measured little or nothing: the prior over alike classes
// (`prior/`) beside what the tree of classes hands down, mixed as far as left-out classes bore it out. The class's own
// samples then take over by the tree's own update.

import { classFeatures, finestClasses } from './class-features.ts';
import type { FamilyModel } from './family.ts';
import { inheritedContrasts, type Size, sliceOf } from './family-slice.ts';
import type { Models } from './fit.ts';
import { familyKey } from './observation.ts';
import { PerModels } from './per-models.ts';
import { askExperts, type Opinions } from './prior/experts.ts';
import { blend, type Mixture } from './prior/mixture.ts';
import { deviceViews, type Features, overall, sizeViews, type View } from './prior/similarity.ts';
import { type Compiled, compileCovariance, openSurface, type Surface } from './prior/surface.ts';
import type { Covariance } from './prior/variogram.ts';
import type { Estimate } from './robust.ts';

/** What was learned about foreseeing, for all families. Plain data: survives JSON. */
export interface Foresight {
  /** By view of classes: the variance of contrasts that it explains; `nugget`: that none does. */
  readonly weights: Readonly<Record<string, number>>;
  readonly nugget: number;
  /** Trust in the order of `FORESEERS`. */
  readonly mixture: Mixture;
  /** How far it is borne out that the mixture serves better than the tree of classes: 0 to 1. */
  readonly share: number;
}

/** Who foresees, in the order of a mixture's trust: what is not shown to beat the tree of classes is not followed. */
export const FORESEERS = ['inherited', 'alike', 'nearest', 'average'] as const;

/** Classes that are asked, those most alike, and among how many they are looked for. */
const MOST_CLASSES = 48;
const MOST_CANDIDATES = 160;

/** Views of classes by their paths; the order of the list is theirs. */
export const viewsOfClasses = (classes: readonly string[]): readonly View[] =>
  deviceViews(
    [...classes, ...STRANGERS.map(({ target }) => target)],
    [...classes.map(classFeatures), ...STRANGERS],
  );

/** Like nothing else: beside them every word of a path tells classes apart, so that few classes have the views of many. */
const STRANGERS = ['stranger', 'other'].map((word) => ({
  target: word,
  architecture: word,
  isaLevel: word,
  micro: word,
  microFamily: word,
  brand: word,
}));

/** What the tree and the alike classes say of a slice's variants, on the class at `place`. */
export function askForeseers(
  surface: Surface,
  place: number,
  variants: ArrayLike<number>,
  inherited: Float64Array,
  excluded: (place: number) => boolean,
): Opinions {
  const handedDown = { expect: () => Float64Array.from(inherited) };
  const { contrasts, ...rest } = askExperts(surface, handedDown, place, 0, variants, excluded);
  const [average, alike, nearest, tree] = contrasts;
  const none = new Float64Array(variants.length);
  // What a class lacks here was not tried yet, which says nothing of its speed.
  return { ...rest, missing: none, lacks: none, contrasts: [tree!, alike!, nearest!, average!] };
}

/** What is foreseen of one operator variant on a class, beside what the tree hands down. */
export interface Foreseen {
  /** From the tree's mean. */
  readonly shift: number;
  readonly variance: number;
  /** Of the two, how far this one is followed. */
  readonly share: number;
}

/** Where a class starts from: what the tree hands down, moved towards what is foreseen. */
export const startFrom = (inherited: Estimate, { shift, variance, share }: Foreseen): Estimate => ({
  mean: inherited.mean + share * shift,
  variance: inherited.variance + share * (variance - inherited.variance),
});

/** Each class asks for a family's sizes once. */
const known = new PerModels<ReadonlyMap<string, Foreseen>>();
const NOTHING: ReadonlyMap<string, Foreseen> = new Map();

/** By operator variant that alike classes have measured; empty where nothing beats what the tree hands down. */
export function foresee(
  models: Models,
  family: FamilyModel,
  deviceClass: string,
  size: Size,
): ReadonlyMap<string, Foreseen> {
  const { foresight } = models;
  if (foresight === null) return NOTHING;
  const key = `${familyKey(family.operator, family.specialization)}\n${deviceClass}\n${size?.join() ?? ''}`;
  return known.of(models, key, () => foreseeNow(models, foresight, family, deviceClass, size));
}

function foreseeNow(
  models: Models,
  foresight: Foresight,
  family: FamilyModel,
  deviceClass: string,
  size: Size,
): ReadonlyMap<string, Foreseen> {
  const { compiled, neighbours } = surroundingsOf(models, foresight, family, deviceClass);
  const slice = sliceOf(family, size, neighbours);
  const { measured } = slice.contrasts;
  const supported = [...new Set(measured.variant)].sort((a, b) => a - b);
  if (supported.length < 2) return NOTHING;
  const inherited = inheritedContrasts(slice, deviceClass, models.variances);
  const handed = Float64Array.from(supported, (variant) => inherited[variant]!);
  const surface = openSurface(slice.contrasts, compiled);
  const opinions = askForeseers(surface, 0, supported, handed, () => false);
  const { mean, variance, own } = blend(opinions, foresight.mixture);
  const level = mean.reduce((sum, each, at) => sum + each - handed[at]!, 0) / mean.length;
  return new Map(
    supported.map((variant, at) => [
      slice.variants[variant]!,
      {
        shift: mean[at]! - handed[at]! - level,
        variance: variance[at]! + own[at]!,
        share: foresight.share,
      },
    ]),
  );
}

export interface Surroundings {
  readonly compiled: Compiled;
  /** Of the class with the one at a place, in all that its path tells. */
  readonly likeness: (place: number) => number;
  /** The most alike classes of the family with their places; the class itself has place 0. */
  readonly neighbours: readonly (readonly [deviceClass: string, place: number])[];
}

/** A family's sizes are asked for one by one. */
const surroundings = new PerModels<Surroundings>();

/** The measured classes around one that are asked. */
export function surroundingsOf(
  models: Models,
  foresight: Foresight,
  family: FamilyModel,
  deviceClass: string,
): Surroundings {
  const key = `${familyKey(family.operator, family.specialization)}\n${deviceClass}`;
  return surroundings.of(models, key, () => lookAround(foresight, family, deviceClass));
}

function lookAround(foresight: Foresight, family: FamilyModel, deviceClass: string): Surroundings {
  const words = classFeatures(deviceClass);
  const others = classesOf(family)
    .filter((each) => each !== deviceClass)
    .map((name) => ({ name, shared: sharedWords(words, classFeatures(name)) }))
    .sort((a, b) => b.shared - a.shared || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_CANDIDATES)
    .map(({ name }) => name);
  const views = viewsOfClasses([deviceClass, ...others]);
  const covariance: Covariance = {
    devices: views,
    sizes: sizeViews([]),
    weights: Float64Array.from(views, ({ name }) => foresight.weights[name] ?? 0),
    nugget: foresight.nugget,
  };
  const compiled = compileCovariance(covariance, Number.POSITIVE_INFINITY);
  const { between } = overall(views);
  const neighbours = others
    .map((name, index) => ({
      name,
      place: index + 1,
      shared: compiled.between(0, 0, index + 1, 0),
      likeness: between(0, index + 1),
    }))
    .sort((a, b) => b.shared - a.shared || b.likeness - a.likeness || a.place - b.place)
    .slice(0, MOST_CLASSES)
    .map(({ name, place }) => [name, place] as const);
  return { compiled, likeness: (place) => between(0, place), neighbours };
}

const sharedWords = (a: Features, b: Features): number =>
  Object.keys(a).filter((name) => a[name] === b[name]).length;

const finest = new WeakMap<FamilyModel, readonly string[]>();

/** The classes that have samples of a family. */
export function classesOf(family: FamilyModel): readonly string[] {
  let found = finest.get(family);
  if (found === undefined) {
    found = finestClasses(family.base);
    finest.set(family, found);
  }
  return found;
}
