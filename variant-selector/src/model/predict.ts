// Asks the models: how long one node takes with one operator variant, on a class, at the sizes it is called with.

import { lookUp, type TreePrior, takeApart } from './class-tree.ts';
import { coldPrior, type IsaRanks } from './cold-prior.ts';
import { basePrior, contrastPrior, type Evidence, type FamilyModel, NOTHING, sizeShift } from './family.ts';
import { correctionOf, type Size } from './family-slice.ts';
import type { Models } from './fit.ts';
import { foresee, startFrom } from './foresight.ts';
import { cellsOf, familyKey } from './observation.ts';
import { combine, type Estimate } from './robust.ts';
import type { SizeShare } from './size-mix.ts';
import { sizeCoordinates, unknownSlopes } from './size-model.ts';

export interface NodePrediction extends Evidence {
  /** Logarithm of nanoseconds: of the mean over the sizes. */
  readonly logNs: number;
  readonly variance: number;
  /** The finest cell that has samples of this operator variant; null: nobody ever ran it. */
  readonly fromClass: string | null;
  /** Whether the class itself has samples of it. */
  readonly tried: boolean;
  /** False when no variant of this operator was ever measured: the figure is a guess that only ranks. */
  readonly known: boolean;
}

/** Predicts one node's latency. `sizes` null: the sizes that the family was measured at. */
export function predictNode(
  models: Models,
  ranks: IsaRanks,
  node: { readonly operator: string; readonly specialization: string },
  operatorVariant: string,
  deviceClass: string,
  sizes: readonly SizeShare[] | null,
): NodePrediction {
  const family = models.families[familyKey(node.operator, node.specialization)];
  const variant = family?.variants[operatorVariant];
  const priorMean = variant?.priorMean ?? coldPrior(node.operator, operatorVariant, ranks);
  const base = lookUp(family?.base ?? {}, deviceClass, basePrior(models.variances));
  const evidence = nearestEvidence(variant?.evidence ?? {}, deviceClass);
  const tried = evidence.cell === deviceClass;
  const contrast = contrastOver(models, family, operatorVariant, priorMean, deviceClass, sizes);
  return {
    logNs: base.mean + contrast.mean,
    // Where it was measured, speed and contrast are known together; elsewhere each adds its own doubt.
    variance: contrast.variance + (tried ? 0 : base.variance),
    samples: evidence.samples,
    sessions: evidence.sessions,
    calmSessions: evidence.calmSessions,
    hidden: evidence.hidden,
    devices: evidence.devices,
    fromClass: evidence.cell,
    tried,
    known: family !== undefined,
  };
}

/** An operator variant against its family's speed, over the sizes that it is called with. */
function contrastOver(
  models: Models,
  family: FamilyModel | undefined,
  operatorVariant: string,
  priorMean: number,
  deviceClass: string,
  sizes: readonly SizeShare[] | null,
): Estimate {
  const prior = contrastPrior(priorMean, models.variances);
  const variant = family?.variants[operatorVariant];
  if (family === undefined) return { mean: priorMean, variance: lookUp({}, deviceClass, prior).variance };
  const slopes = variant?.slopes ?? family.slopes ?? unknownSlopes(family.center.length);
  const at = (size: Size): Estimate => {
    const contrast = contrastAt(models, family, operatorVariant, deviceClass, size, prior);
    if (size === null) return contrast;
    const x = sizeCoordinates(size);
    const distance = family.center.reduce((sum, value, index) => sum + ((x[index] ?? value) - value) ** 2, 0);
    const correction = variant === undefined ? 0 : correctionOf(variant, deviceClass, size);
    return {
      mean: contrast.mean + sizeShift(slopes, x, family.center) + correction,
      variance: contrast.variance + slopes.variance * distance,
    };
  };
  if (sizes === null || sizes.length === 0) return at(null);
  let mean = 0;
  let variance = 0;
  for (const { features, share } of sizes) {
    const each = at(features);
    mean += share * Math.exp(each.mean);
    variance += share * each.variance;
  }
  return { mean: Math.log(mean), variance };
}

/** The tree's belief, its start moved to where alike classes foresee it: the class's own samples count as they did. */
function contrastAt(
  models: Models,
  family: FamilyModel,
  operatorVariant: string,
  deviceClass: string,
  size: Size,
  prior: TreePrior,
): Estimate {
  const tree = family.variants[operatorVariant]?.contrast ?? {};
  const foreseen = foresee(models, family, deviceClass, size).get(operatorVariant);
  if (foreseen === undefined) return lookUp(tree, deviceClass, prior);
  const { inherited, own } = takeApart(tree, deviceClass, prior);
  const start = startFrom(inherited, foreseen);
  return own === null ? start : combine([start, own]);
}

function nearestEvidence(
  evidence: Readonly<Record<string, Evidence>>,
  deviceClass: string,
): Evidence & { readonly cell: string | null } {
  const cells = cellsOf(deviceClass);
  for (let depth = cells.length - 1; depth >= 0; depth -= 1) {
    const cell = cells[depth]!;
    const found = evidence[cell];
    if (found !== undefined) return { ...found, cell };
  }
  return { ...NOTHING, cell: null };
}
