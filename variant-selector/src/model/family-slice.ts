// A family at one size, as the prior over alike classes asks for it: a row for each class that measured several operator
// variants, with what the class's own model says of each. Where a class has no sample of a size, its curve is asked.

import { correctionAt, type SizeCorrection } from './between-sizes.ts';
import { lookUp, takeApart } from './class-tree.ts';
import { contrastPrior, type FamilyModel, type OperatorVariantModel, sizeKey, sizeShift } from './family.ts';
import type { Contrasts } from './prior/contrasts.ts';
import { sizeCoordinates } from './size-model.ts';
import type { Variances } from './variances.ts';

/** Size features; null is the family's middle size. */
export type Size = readonly number[] | null;

/** What a family's models say at one size. */
export interface FamilySlice {
  readonly family: FamilyModel;
  readonly size: Size;
  readonly variants: readonly string[];
  /** The rows' device is the place of a class in the list that the slice was made with. */
  readonly contrasts: Contrasts;
}

/** A slice over `classes`, given with their places. */
export function sliceOf(
  family: FamilyModel,
  size: Size,
  classes: readonly (readonly [deviceClass: string, place: number])[],
): FamilySlice {
  const variants = Object.keys(family.variants);
  const device: number[] = [];
  const start = [0];
  const variant: number[] = [];
  const value: number[] = [];
  const average = new Float64Array(variants.length);
  const counts = new Float64Array(variants.length);
  for (const [deviceClass, place] of classes) {
    for (const [index, name] of variants.entries()) {
      const model = family.variants[name]!;
      const own = model.contrast[deviceClass];
      if (own === undefined) continue;
      const contrast = own.mean + beyondFamily(family, model, size) + correctionOf(model, deviceClass, size);
      variant.push(index);
      value.push(contrast);
      average[index]! += contrast;
      counts[index]! += 1;
    }
    if (variant.length - start.at(-1)! < 2) {
      variant.length = start.at(-1)!;
      value.length = start.at(-1)!;
      continue;
    }
    device.push(place);
    start.push(variant.length);
  }
  const contrast = Float64Array.from(value);
  return {
    family,
    size,
    variants,
    contrasts: {
      measured: {
        device: Int32Array.from(device),
        size: new Int32Array(device.length),
        start: Int32Array.from(start),
        variant: Int32Array.from(variant),
        variants: variants.length,
        value: contrast,
      },
      contrast,
      average: average.map((sum, index) => (counts[index] === 0 ? Number.NaN : sum / counts[index]!)),
    },
  };
}

/** What the tree of classes predicts of the slice's variants for a class or a cell, its own samples left out. */
export function inheritedContrasts(
  { family, size, variants }: FamilySlice,
  cell: string,
  variances: Variances,
): Float64Array {
  return Float64Array.from(variants, (name) => {
    const model = family.variants[name]!;
    const { inherited } = takeApart(model.contrast, cell, contrastPrior(model.priorMean, variances));
    return inherited.mean + beyondFamily(family, model, size);
  });
}

/** What a class measured of a variant at the slice's size; null where it did not. */
export function measuredContrast(
  { family, size }: FamilySlice,
  name: string,
  deviceClass: string,
  variances: Variances,
): number | null {
  const model = family.variants[name]!;
  if (model.contrast[deviceClass] === undefined) return null;
  const local = model.local[deviceClass];
  const prior = contrastPrior(model.priorMean, variances);
  const { own, inherited } = takeApart(model.contrast, deviceClass, prior);
  // What a class says less firmly than the rest of the tree foresees it is no truth to judge by.
  if (own === null || own.variance > inherited.variance) return null;
  const beyond = beyondFamily(family, model, size);
  if (local === undefined) return size === null ? own.mean + beyond : null;
  const correction = size === null ? 0 : local[sizeKey(size)];
  if (correction === undefined) return null;
  return lookUp(model.contrast, deviceClass, prior).mean + beyond + correction;
}

/** How a variant's size model departs from the family's. */
function beyondFamily({ slopes, center }: FamilyModel, model: OperatorVariantModel, size: Size): number {
  if (size === null) return 0;
  const x = sizeCoordinates(size);
  return sizeShift(model.slopes, x, center) - sizeShift(slopes, x, center);
}

type Corrections = Readonly<Record<string, number>>;
const parsed = new WeakMap<Corrections, readonly SizeCorrection[]>();

/** What a class's samples add to its size model at a size. */
export function correctionOf(model: OperatorVariantModel, deviceClass: string, size: Size): number {
  const local = model.local[deviceClass];
  if (size === null || local === undefined) return 0;
  const exact = local[sizeKey(size)];
  if (exact !== undefined) return exact;
  let corrections = parsed.get(local);
  if (corrections === undefined) {
    corrections = Object.entries(local).map(([key, correction]) => ({
      features: key.split(',').map(Number),
      correction,
    }));
    parsed.set(local, corrections);
  }
  return correctionAt(corrections, size);
}
