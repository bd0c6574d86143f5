// One number for each device class, tied to that of the class around it: exact Gaussian inference on the tree of
// classes (Pearl's two-pass propagation). A class without samples inherits, one with many stands on its own.

import { cellsOf } from './observation.ts';
import type { Estimate } from './robust.ts';

/** How far a number may lie from its parent cell's, as a variance, by depth: everywhere, target, ISA, micro, model. */
export type EdgeVariances = readonly [number, number, number, number, number];

export interface TreePrior {
  /** What is believed everywhere before any sample. */
  readonly mean: number;
  readonly edges: EdgeVariances;
}

/** The posterior of each cell that has samples in or below it. */
export type Tree = Readonly<Record<string, Estimate>>;

/** How one cell's own evidence compares with what the cells around it predict: what variances are learned from. */
export interface Surprise {
  readonly depth: number;
  readonly difference: number;
  /** Variance of the difference if the cell were equal to its parent. */
  readonly noise: number;
}

export interface TreeFit {
  readonly posterior: Tree;
  /** By finest class: what the rest of the tree predicts for it, its own evidence left out. */
  readonly cavity: ReadonlyMap<string, Estimate>;
  readonly surprises: readonly Surprise[];
}

interface Cell {
  readonly name: string;
  readonly depth: number;
  readonly children: Cell[];
  precision: number;
  /** Precision times mean. */
  moment: number;
}

/** Fits the tree to one estimate per finest class. */
export function fitTree(leaves: ReadonlyMap<string, Estimate>, prior: TreePrior): TreeFit {
  const cells = new Map<string, Cell>();
  for (const [deviceClass, estimate] of leaves) {
    let parent: Cell | null = null;
    for (const [depth, name] of cellsOf(deviceClass).entries()) {
      let cell = cells.get(name);
      if (cell === undefined) {
        cell = { name, depth, children: [], precision: 0, moment: 0 };
        cells.set(name, cell);
        parent?.children.push(cell);
      }
      parent = cell;
    }
    if (parent !== null) addEvidence(parent, estimate);
  }
  const edge = (depth: number): number => prior.edges[Math.min(depth, 4)] ?? 0;

  // Upwards, deepest first: what a cell's own subtree says of it, seen from its parent.
  const deepestFirst = [...cells.values()].sort((a, b) => b.depth - a.depth);
  const message = (child: Cell): Estimate => ({
    mean: child.moment / child.precision,
    variance: 1 / child.precision + edge(child.depth),
  });
  for (const cell of deepestFirst) for (const child of cell.children) addEvidence(cell, message(child));

  // Downwards: the parent's belief without this child's own message.
  const posterior: Record<string, Estimate> = {};
  const cavity = new Map<string, Estimate>();
  const surprises: Surprise[] = [];
  const descend = (cell: Cell, belief: Estimate): void => {
    const own = { mean: cell.moment / cell.precision, variance: 1 / cell.precision };
    surprises.push({
      depth: cell.depth,
      difference: own.mean - belief.mean,
      noise: own.variance + belief.variance - edge(cell.depth),
    });
    const precision = cell.precision + 1 / belief.variance;
    const moment = cell.moment + belief.mean / belief.variance;
    posterior[cell.name] = { mean: moment / precision, variance: 1 / precision };
    if (cell.children.length === 0) cavity.set(cell.name, belief);
    for (const child of cell.children) {
      const { mean, variance } = message(child);
      const rest = Math.max(precision - 1 / variance, 1e-12);
      descend(child, {
        mean: (moment - mean / variance) / rest,
        variance: 1 / rest + edge(child.depth),
      });
    }
  };
  const root = deepestFirst.at(-1);
  if (root !== undefined) descend(root, { mean: prior.mean, variance: edge(0) });
  return { posterior, cavity, surprises };
}

function addEvidence(cell: Cell, estimate: Estimate): void {
  cell.precision += 1 / estimate.variance;
  cell.moment += estimate.mean / estimate.variance;
}

/** The belief about a class: its own posterior, or the nearest cell's around it plus what may lie between. */
export function lookUp(tree: Tree, deviceClass: string, prior: TreePrior): Estimate {
  const cells = cellsOf(deviceClass);
  let variance = 0;
  for (let depth = cells.length - 1; depth >= 0; depth -= 1) {
    const found = tree[cells[depth] ?? ''];
    if (found !== undefined) return { mean: found.mean, variance: found.variance + variance };
    variance += prior.edges[Math.min(depth, 4)] ?? 0;
  }
  return { mean: prior.mean, variance };
}

/** What a class starts from, and what it has measured itself; null: nothing. */
export interface LeafParts {
  readonly inherited: Estimate;
  readonly own: Estimate | null;
}

/**
 * Takes a posterior apart again: what the rest of the tree predicts for a class, and the class's own evidence. From the
 * posteriors of the class and its parent, for the leaf's is k·parent + (1 − k)·own with variance k·edge + k²·parent's.
 */
export function takeApart(tree: Tree, deviceClass: string, prior: TreePrior): LeafParts {
  const cells = cellsOf(deviceClass);
  const leaf = tree[deviceClass];
  const parent = tree[cells.at(-2) ?? ''];
  if (leaf === undefined || parent === undefined)
    return { inherited: lookUp(tree, deviceClass, prior), own: null };
  const edge = prior.edges[Math.min(cells.length - 1, 4)] ?? 0;
  const spread = parent.variance;
  const share = (Math.sqrt(edge ** 2 + 4 * spread * leaf.variance) - edge) / (2 * spread);
  const inheritedAll = { mean: parent.mean, variance: spread + edge };
  if (share >= 1 - 1e-6) return { inherited: inheritedAll, own: null };
  const own = {
    mean: (leaf.mean - share * parent.mean) / (1 - share),
    variance: Math.max((share * edge) / (1 - share), 1e-9),
  };
  // The parent without this child's message.
  const message = own.variance + edge;
  const rest = 1 / spread - 1 / message;
  if (rest <= 1e-9) return { inherited: { mean: prior.mean, variance: sumOf(prior.edges) }, own };
  return {
    inherited: { mean: (parent.mean / spread - own.mean / message) / rest, variance: 1 / rest + edge },
    own,
  };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);
