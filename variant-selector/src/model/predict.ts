// Asks the models: how long one node takes with one operator variant, on a class, at the sizes it is called with.

import { correctionAt, type SizeCorrection } from './between-sizes.ts';
import { lookUp } from './class-tree.ts';
import { coldPrior, type IsaRanks } from './cold-prior.ts';
import { basePrior, contrastPrior, type Evidence, type FamilyModel, sizeKey, sizeShift } from './family.ts';
import type { Models } from './fit.ts';
import { cellsOf, familyKey } from './observation.ts';
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

const NOTHING: Evidence = { samples: 0, sessions: 0, calmSessions: 0, hidden: 0, devices: 0 };

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
  const contrast = lookUp(variant?.contrast ?? {}, deviceClass, contrastPrior(priorMean, models.variances));
  const evidence = nearestEvidence(variant?.evidence ?? {}, deviceClass);
  const tried = evidence.cell === deviceClass;
  const shift = family === undefined ? NO_SHIFT : shiftForSizes(family, operatorVariant, deviceClass, sizes);
  return {
    logNs: base.mean + contrast.mean + shift.mean,
    // Where it was measured, speed and contrast are known together; elsewhere each adds its own doubt.
    variance: contrast.variance + (tried ? 0 : base.variance) + shift.variance,
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

const NO_SHIFT = { mean: 0, variance: 0 };

function shiftForSizes(
  family: FamilyModel,
  operatorVariant: string,
  deviceClass: string,
  sizes: readonly SizeShare[] | null,
): { readonly mean: number; readonly variance: number } {
  if (sizes === null || sizes.length === 0) return NO_SHIFT;
  const variant = family.variants[operatorVariant];
  const slopes = variant?.slopes ?? family.slopes ?? unknownSlopes(family.center.length);
  const local = variant?.local[deviceClass];
  let mean = 0;
  let variance = 0;
  for (const { features, share } of sizes) {
    const x = sizeCoordinates(features);
    const correction =
      local === undefined ? 0 : (local[sizeKey(features)] ?? correctionAt(correctionsOf(local), features));
    mean += share * Math.exp(sizeShift(slopes, x, family.center) + correction);
    const distance = family.center.reduce((sum, value, index) => sum + ((x[index] ?? value) - value) ** 2, 0);
    variance += share * slopes.variance * distance;
  }
  return { mean: Math.log(mean), variance };
}

const correctionsOf = (local: Readonly<Record<string, number>>): readonly SizeCorrection[] =>
  Object.entries(local).map(([key, correction]) => ({ features: key.split(',').map(Number), correction }));

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
