// Fits one family from its cells, over arrays: the model of `model/family.ts` (speed of the class + contrast of the
// operator variant + slopes · size) at a hundredth of its cost a row. Keeps what it needs to take up changed cells
// without starting over.

import type { Surprise } from '../model/class-tree.ts';
import { basePrior, contrastPrior } from '../model/family.ts';
import { type Slopes, unknownSlopes } from '../model/size-model.ts';
import type { Variances } from '../model/variances.ts';
import type { ClassIndex } from './class-index.ts';
import type { FamilyCells } from './family-cells.ts';
import { type FamilyTree, familyTree, newBeliefs, propagate, type TreeBeliefs } from './family-tree.ts';
import { fitSlopesOf } from './size-slopes.ts';

/** Speeds and contrasts settle within these; a few changed cells need fewer. */
const ROUNDS = 8;
const ROUNDS_AGAIN = 2;
/** A variant's own slopes start from the family's and may differ by this, as a variance. */
const VARIANT_SLOPES = 0.1 ** 2;

/** A fitted family: what serving asks and what the next increment starts from. */
export interface FamilyFit {
  readonly cells: FamilyCells;
  readonly tree: FamilyTree;
  readonly center: Float64Array;
  readonly slopes: Slopes;
  readonly variantSlopes: readonly Slopes[];
  readonly priors: readonly number[];
  /** By leaf: its place in the tree, evidence about its level, and the contrast that the rest of the tree predicts. */
  readonly leafPlace: Int32Array;
  readonly leafPrecision: Float64Array;
  readonly leafLevel: Float64Array;
  readonly leafCavityMean: Float64Array;
  readonly leafCavityVariance: Float64Array;
  /** By leaf: posterior contrast. */
  readonly leafContrast: Float32Array;
  readonly leafContrastVariance: Float32Array;
  readonly base: TreeBeliefs;
  /** By row: what the size model misses, shrunk. */
  readonly local: Float32Array;
  /** Leaves of each operator variant: from … to the next one's. */
  readonly variantStart: Uint32Array;
}

export interface FitOptions {
  readonly variances: Variances;
  /** Where an operator variant's contrast starts from. */
  readonly priorOf: (operatorVariant: string) => number;
  /** Filled with what the variances are learned from. */
  readonly surprises?: { readonly base: Surprise[]; readonly contrast: Surprise[] };
}

/** Fits a family from nothing. */
export function fitFamilyCells(cells: FamilyCells, index: ClassIndex, options: FitOptions): FamilyFit {
  const { variances, priorOf } = options;
  const leaves = cells.leafVariant.length;
  const classes = [...new Set(cells.leafClass)];
  const tree = familyTree(index, classes);
  const places = new Map(classes.map((own, at) => [own, tree.leaves[at]!]));
  const variantStart = startsOf(cells);
  const slopes = fitSlopesOf(cells, 0, leaves, unknownSlopes(cells.featureCount));
  const belief: Slopes = { mean: slopes.mean, variance: VARIANT_SLOPES };
  const fit: FamilyFit = {
    cells,
    tree,
    center: centerOf(cells),
    slopes,
    variantSlopes: cells.operatorVariants.map((_, variant) =>
      fitSlopesOf(cells, variantStart[variant]!, variantStart[variant + 1]!, belief),
    ),
    priors: cells.operatorVariants.map(priorOf),
    leafPlace: Int32Array.from(cells.leafClass, (own) => places.get(own)!),
    leafPrecision: new Float64Array(leaves),
    leafLevel: new Float64Array(leaves),
    leafCavityMean: new Float64Array(leaves),
    leafCavityVariance: new Float64Array(leaves),
    leafContrast: new Float32Array(leaves),
    leafContrastVariance: new Float32Array(leaves),
    base: newBeliefs(tree.cells.length),
    local: new Float32Array(cells.logNs.length),
    variantStart,
  };
  const unknown = variances.contrast.reduce((sum, each) => sum + each, 0);
  for (let leaf = 0; leaf < leaves; leaf += 1) {
    readLeaf(fit, leaf, variances);
    fit.leafCavityMean[leaf] = fit.priors[cells.leafVariant[leaf]!]!;
    fit.leafCavityVariance[leaf] = unknown;
  }
  settle(fit, options, ROUNDS);
  for (let leaf = 0; leaf < leaves; leaf += 1) localOf(fit, leaf, variances);
  return fit;
}

/** Takes up leaves whose cells changed: slopes stay, levels and contrasts move. */
export function refitLeaves(fit: FamilyFit, changed: Iterable<number>, options: FitOptions): void {
  const leaves = [...changed];
  for (const leaf of leaves) readLeaf(fit, leaf, options.variances);
  settle(fit, options, ROUNDS_AGAIN);
  for (const leaf of leaves) localOf(fit, leaf, options.variances);
}

function startsOf({ leafVariant, operatorVariants }: FamilyCells): Uint32Array {
  const starts = new Uint32Array(operatorVariants.length + 1);
  for (let leaf = 0; leaf < leafVariant.length; leaf += 1) starts[leafVariant[leaf]! + 1]! += 1;
  for (let variant = 0; variant < operatorVariants.length; variant += 1)
    starts[variant + 1]! += starts[variant]!;
  return starts;
}

/** The middle size, by rows. */
function centerOf({ size, coordinates, featureCount, sizes }: FamilyCells): Float64Array {
  const counts = new Float64Array(sizes.length);
  for (let row = 0; row < size.length; row += 1) counts[size[row]!]! += 1;
  return Float64Array.from({ length: featureCount }, (_, feature) => {
    const sorted = sizes
      .map((__, index) => ({ at: coordinates[index * featureCount + feature]!, count: counts[index]! }))
      .sort((a, b) => a.at - b.at);
    let left = size.length / 2;
    for (const each of sorted) {
      left -= each.count;
      if (left <= 0) return each.at;
    }
    return 0;
  });
}

/** What the size model adds at a size. */
function shiftOf({ cells, center }: FamilyFit, slopes: Slopes, size: number): number {
  let shift = 0;
  for (let index = 0; index < center.length; index += 1)
    shift += slopes.mean[index]! * (cells.coordinates[size * center.length + index]! - center[index]!);
  return shift;
}

/** A leaf's level: its sizes together, each taken to the family's middle size. */
function readLeaf(fit: FamilyFit, leaf: number, variances: Variances): void {
  const { cells } = fit;
  const slopes = fit.variantSlopes[cells.leafVariant[leaf]!]!;
  let weight = 0;
  let sum = 0;
  for (let row = cells.leafStart[leaf]!; row < cells.leafStart[leaf + 1]!; row += 1) {
    const own = cells.precision[row]!;
    weight += own;
    sum += own * (cells.logNs[row]! - shiftOf(fit, slopes, cells.size[row]!));
  }
  fit.leafLevel[leaf] = sum / weight;
  // Sizes of one class share what its devices have in common: more of them do not make it surer than one could.
  fit.leafPrecision[leaf] = 1 / (1 / weight + variances.size / 64);
}

/** Speed given the contrasts that other classes predict, then contrasts given the speed, in turn. */
function settle(fit: FamilyFit, options: FitOptions, rounds: number): void {
  const { cells, tree, base, leafPlace, variantStart } = fit;
  const { variances, surprises } = options;
  const places = tree.cells.length;
  const precision = new Float64Array(places);
  const moment = new Float64Array(places);
  const contrast = newBeliefs(places);
  for (let round = 0; round < rounds; round += 1) {
    const last = round === rounds - 1 ? surprises : undefined;
    precision.fill(0);
    moment.fill(0);
    for (let leaf = 0; leaf < leafPlace.length; leaf += 1) {
      const own = 1 / (1 / fit.leafPrecision[leaf]! + fit.leafCavityVariance[leaf]!);
      precision[leafPlace[leaf]!]! += own;
      moment[leafPlace[leaf]!]! += own * (fit.leafLevel[leaf]! - fit.leafCavityMean[leaf]!);
    }
    const { mean, edges } = basePrior(variances);
    propagate(tree, precision, moment, mean, edges, base, last?.base ?? null);
    for (let variant = 0; variant < cells.operatorVariants.length; variant += 1) {
      precision.fill(0);
      moment.fill(0);
      const [from, to] = [variantStart[variant]!, variantStart[variant + 1]!];
      for (let leaf = from; leaf < to; leaf += 1) {
        const place = leafPlace[leaf]!;
        precision[place] = fit.leafPrecision[leaf]!;
        moment[place] = fit.leafPrecision[leaf]! * (fit.leafLevel[leaf]! - base.mean[place]!);
      }
      const prior = contrastPrior(fit.priors[variant]!, variances);
      propagate(tree, precision, moment, prior.mean, prior.edges, contrast, last?.contrast ?? null);
      for (let leaf = from; leaf < to; leaf += 1) {
        const place = leafPlace[leaf]!;
        fit.leafCavityMean[leaf] = contrast.cavityMean[place]!;
        fit.leafCavityVariance[leaf] = contrast.cavityVariance[place]!;
        fit.leafContrast[leaf] = contrast.mean[place]!;
        fit.leafContrastVariance[leaf] = contrast.variance[place]!;
      }
    }
  }
}

/** Cache sizes make steps that no line has: each size of a leaf keeps its own correction. */
function localOf(fit: FamilyFit, leaf: number, variances: Variances): void {
  const { cells } = fit;
  const [first, end] = [cells.leafStart[leaf]!, cells.leafStart[leaf + 1]!];
  if (end - first < 2) return;
  const slopes = fit.variantSlopes[cells.leafVariant[leaf]!]!;
  const level = fit.base.mean[fit.leafPlace[leaf]!]! + fit.leafContrast[leaf]!;
  for (let row = first; row < end; row += 1) {
    const missed = cells.logNs[row]! - shiftOf(fit, slopes, cells.size[row]!) - level;
    fit.local[row] = (missed * variances.size) / (variances.size + 1 / cells.precision[row]!);
  }
}
