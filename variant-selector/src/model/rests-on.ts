// What a class's figure for one operator variant rests on, in shares: its own samples, what the tree of classes hands down,
// and the alike classes that were asked, each by its weight in the prediction.

import { takeApart } from './class-tree.ts';
import { contrastPrior, type FamilyModel } from './family.ts';
import type { Models } from './fit.ts';
import { FORESEERS, foresee, startFrom, surroundingsOf } from './foresight.ts';
import { weighOrdinary } from './prior/kriging.ts';
import type { Compiled } from './prior/surface.ts';

export interface RestsOn {
  /** The class's own samples. */
  readonly own: number;
  /** The cells around it. */
  readonly inherited: number;
  /** Measured classes, the weightiest first. A class unlike the others may weigh against them. */
  readonly neighbours: readonly { readonly deviceClass: string; readonly weight: number }[];
}

/** Shares that add up to one, all neighbours counted. */
export function restsOn(
  models: Models,
  family: FamilyModel,
  operatorVariant: string,
  deviceClass: string,
): RestsOn {
  const { foresight, variances } = models;
  const variant = family.variants[operatorVariant];
  const prior = contrastPrior(variant?.priorMean ?? 0, variances);
  const { inherited, own } = takeApart(variant?.contrast ?? {}, deviceClass, prior);
  const foreseen = foresee(models, family, deviceClass, null).get(operatorVariant);
  const start = foreseen === undefined ? inherited : startFrom(inherited, foreseen);
  const ownShare = own === null ? 0 : start.variance / (start.variance + own.variance);
  const left = 1 - ownShare;
  if (foresight === null || variant === undefined || foreseen === undefined)
    return { own: ownShare, inherited: left, neighbours: [] };
  const { compiled, likeness, neighbours } = surroundingsOf(models, foresight, family, deviceClass);
  const asked = neighbours.filter(([name]) => variant.contrast[name] !== undefined);
  const [byTree = 0, alike = 0, nearest = 0, average = 0] = FORESEERS.map(
    (_, at) => foresight.mixture.trust[at] ?? 0,
  );
  const weights = krigingWeights(
    compiled,
    asked.map(([, place]) => place),
  );
  const closest = asked.reduce(
    (best, [, place], at) => (likeness(place) > likeness(asked[best]![1]) ? at : best),
    0,
  );
  return {
    own: ownShare,
    inherited: left - foresight.share * left * (1 - byTree),
    neighbours: asked
      .map(([name], at) => ({
        deviceClass: name,
        weight:
          foresight.share *
          left *
          (alike * weights[at]! + (at === closest ? nearest : 0) + average / asked.length),
      }))
      .sort((a, b) => b.weight - a.weight),
  };
}

/** Of kriging for the class at place 0; they add up to one. */
function krigingWeights(compiled: Compiled, places: readonly number[]): readonly number[] {
  const n = places.length;
  const covariance = new Float64Array(n * n);
  const { nugget } = compiled.covariance;
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j <= i; j += 1)
      covariance[i * n + j] = compiled.between(places[i]!, 0, places[j]!, 0) + (i === j ? nugget : 0);
  const near = Float64Array.from(places, (place) => compiled.between(0, 0, place, 0));
  return Array.from(weighOrdinary(covariance, near, compiled.total + nugget).weights);
}
