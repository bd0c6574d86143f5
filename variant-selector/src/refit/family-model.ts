// A family fitted over arrays in the form that predictions ask: `FamilyModel` of `model/family.ts`. Made when the
// family is first asked for, because most families of a large fleet are not asked for between two fits.

import {
  contrastPrior,
  type Evidence,
  type FamilyModel,
  type OperatorVariantModel,
  sizeKey,
} from '../model/family.ts';
import { cellsOf } from '../model/observation.ts';
import type { Estimate } from '../model/robust.ts';
import type { Variances } from '../model/variances.ts';
import type { ClassIndex } from './class-index.ts';
import type { FamilyFit } from './family-fit.ts';
import { newBeliefs, propagate } from './family-tree.ts';

/** The family as predictions ask for it. `evidenceOf` adds what a leaf's cells do not tell: sessions and devices. */
export function toFamilyModel(
  fit: FamilyFit,
  index: ClassIndex,
  variances: Variances,
  evidenceOf: (operatorVariant: string, deviceClass: string) => Evidence,
): FamilyModel {
  const { cells, tree, base, leafPlace, variantStart } = fit;
  const places = tree.cells.length;
  const names = Array.from(tree.cells, (cell) => index.cells[cell]!);
  const variants: Record<string, OperatorVariantModel> = {};
  for (const [variant, name] of cells.operatorVariants.entries()) {
    const precision = new Float64Array(places);
    const moment = new Float64Array(places);
    const evidence: Record<string, Evidence> = {};
    const local: Record<string, Record<string, number>> = {};
    const touched = new Set<number>();
    for (let leaf = variantStart[variant]!; leaf < variantStart[variant + 1]!; leaf += 1) {
      const place = leafPlace[leaf]!;
      precision[place] = fit.leafPrecision[leaf]!;
      moment[place] = fit.leafPrecision[leaf]! * (fit.leafLevel[leaf]! - base.mean[place]!);
      for (let at = place; at >= 0; at = tree.parents[at]!) touched.add(at);
      const deviceClass = names[place]!;
      const own = evidenceOf(name, deviceClass);
      for (const cell of cellsOf(deviceClass)) evidence[cell] = addEvidence(evidence[cell], own);
      const [first, end] = [cells.leafStart[leaf]!, cells.leafStart[leaf + 1]!];
      if (end - first < 2) continue;
      const corrections: Record<string, number> = {};
      for (let row = first; row < end; row += 1)
        corrections[sizeKey(cells.sizes[cells.size[row]!]!)] = fit.local[row]!;
      local[deviceClass] = corrections;
    }
    const beliefs = newBeliefs(places);
    const prior = contrastPrior(fit.priors[variant]!, variances);
    propagate(tree, precision, moment, prior.mean, prior.edges, beliefs);
    const contrast: Record<string, Estimate> = {};
    for (const place of touched)
      contrast[names[place]!] = { mean: beliefs.mean[place]!, variance: beliefs.variance[place]! };
    variants[name] = {
      slopes: fit.variantSlopes[variant]!,
      priorMean: fit.priors[variant]!,
      contrast,
      evidence,
      local,
    };
  }
  return {
    operator: cells.operator,
    specialization: cells.specialization,
    center: [...fit.center],
    slopes: fit.slopes,
    base: Object.fromEntries(
      names.map((name, place) => [name, { mean: base.mean[place]!, variance: base.variance[place]! }]),
    ),
    variants,
  };
}

const addEvidence = (before: Evidence | undefined, own: Evidence): Evidence =>
  before === undefined
    ? own
    : {
        samples: before.samples + own.samples,
        sessions: before.sessions + own.sessions,
        calmSessions: before.calmSessions + own.calmSessions,
        hidden: before.hidden * own.hidden,
        devices: before.devices + own.devices,
      };
