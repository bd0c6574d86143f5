// Gaussian inference on the tree of classes as `model/class-tree.ts` does it (Pearl's two-pass propagation), over
// arrays: for families with thousands of classes, where an object for each cell would take most of the time.

import type { EdgeVariances, Surprise } from '../model/class-tree.ts';
import type { ClassIndex } from './class-index.ts';

/** The part of the tree that one family has classes in. Parents come before children. */
export interface FamilyTree {
  /** By place: the cell's index among all cells, its parent's place (−1: root) and its depth. */
  readonly cells: Int32Array;
  readonly parents: Int32Array;
  readonly depths: Uint8Array;
  /** Place of each class, in the order the classes were given. */
  readonly leaves: Int32Array;
}

/** What is believed of each place of a tree: `mean` and `variance` after all evidence, `cavity…` without its own. */
export interface TreeBeliefs {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly cavityMean: Float64Array;
  readonly cavityVariance: Float64Array;
}

export function familyTree(index: ClassIndex, classes: ArrayLike<number>): FamilyTree {
  const wanted = new Set<number>();
  for (let at = 0; at < classes.length; at += 1)
    for (let cell = classes[at]!; cell >= 0 && !wanted.has(cell); cell = index.parents[cell]!)
      wanted.add(cell);
  // Parents were numbered first.
  const cells = Int32Array.from(wanted).sort();
  const places = new Map<number, number>();
  for (const [place, cell] of cells.entries()) places.set(cell, place);
  return {
    cells,
    parents: cells.map((cell) => places.get(index.parents[cell]!) ?? -1),
    depths: Uint8Array.from(cells, (cell) => Math.min(index.depths[cell]!, 4)),
    leaves: Int32Array.from({ length: classes.length }, (_, at) => places.get(classes[at]!)!),
  };
}

export const newBeliefs = (places: number): TreeBeliefs => ({
  mean: new Float64Array(places),
  variance: new Float64Array(places),
  cavityMean: new Float64Array(places),
  cavityVariance: new Float64Array(places),
});

const LEAST_PRECISION = 1e-12;

/**
 * Fits one number for each place. `precision` and `moment` hold the evidence by place, 0 where there is none, and are
 * used up. Writes beliefs for all places, those without evidence too.
 */
export function propagate(
  tree: FamilyTree,
  precision: Float64Array,
  moment: Float64Array,
  prior: number,
  edges: EdgeVariances,
  out: TreeBeliefs,
  surprises: Surprise[] | null = null,
): void {
  const { parents, depths } = tree;
  const { mean, variance, cavityMean, cavityVariance } = out;
  const count = parents.length;
  for (let place = count - 1; place > 0; place -= 1) {
    const own = precision[place]!;
    if (own === 0) continue;
    const spread = 1 / own + edges[depths[place]!]!;
    const parent = parents[place]!;
    precision[parent]! += 1 / spread;
    moment[parent]! += moment[place]! / own / spread;
  }
  for (let place = 0; place < count; place += 1) {
    const parent = parents[place]!;
    const own = precision[place]!;
    const edge = edges[depths[place]!]!;
    let belief = prior;
    let doubt = edge;
    if (parent >= 0) {
      belief = mean[parent]!;
      doubt = variance[parent]! + edge;
      if (own > 0) {
        // The parent's belief without this child's own message.
        const spread = 1 / own + edge;
        const whole = 1 / variance[parent]!;
        const rest = Math.max(whole - 1 / spread, LEAST_PRECISION);
        belief = (mean[parent]! * whole - moment[place]! / own / spread) / rest;
        doubt = 1 / rest + edge;
      }
    }
    cavityMean[place] = belief;
    cavityVariance[place] = doubt;
    if (surprises !== null && own > 0)
      surprises.push({
        depth: depths[place]!,
        difference: moment[place]! / own - belief,
        noise: 1 / own + doubt - edge,
      });
    const total = own + 1 / doubt;
    mean[place] = (moment[place]! + belief / doubt) / total;
    variance[place] = 1 / total;
  }
}
