// The paths of a function on one target, as variants: which are built, what each needs, what each is called.

import type { OperatorVariant } from '@everypath/operators';
import { type IsaLevel, LIBRARY_NAMES, type LibraryName } from '@everypath/schema';
import { fingerprint } from '../store/fingerprint.ts';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import type { NodeChoice } from './admissible.ts';
import type { PairCoverage } from './cover-pairs.ts';
import { type PathAddress, pathSpace } from './path-space.ts';
import { selectPaths, type VariantCost } from './select-paths.ts';

export interface PlannedPath {
  /** Variant id: 16 hex digits. */
  readonly id: string;
  /** The variant chosen at each node. */
  readonly choices: readonly OperatorVariant[];
  /** The highest level of its variants. */
  readonly isa: IsaLevel;
  /** What its variants call beside the C library. */
  readonly libraries: readonly LibraryName[];
}

export interface PathPlan {
  readonly paths: readonly PlannedPath[];
  /** How many paths the target has; more than `paths` where the budget cut. */
  readonly total: bigint;
  /** Nodes that no variant can run on this target. */
  readonly impossible: readonly number[];
  /** Pairs of operator variants that the target's paths have, and those that the planned ones have. */
  readonly pairs: PairCoverage;
}

/** What names a variant besides its path. */
export interface VariantIdentity {
  readonly irHash: string;
  readonly toolchain: string;
}

/** A variant is named by what it is made of, so that it has its name before it is linked. */
export const variantId = (identity: VariantIdentity, target: string, path: readonly string[]): string =>
  fingerprint('variant', identity.irHash, target, identity.toolchain, ...path).slice(0, 16);

/** The variant that an address stands for. */
export const planPath = (
  { isa, choices }: Pick<PathAddress, 'isa' | 'choices'>,
  target: TargetToolchain,
  identity: VariantIdentity,
): PlannedPath => {
  const names = choices.map((variant) => variant.name);
  const libraries = LIBRARY_NAMES.filter((name) => choices.some((variant) => variant.library === name));
  return { id: variantId(identity, target.name, names), choices, isa, libraries };
};

/** Plans what is built of a target at once; every other path keeps its number and is linked when it is asked for. */
export function planPaths(
  nodes: readonly NodeChoice[],
  target: TargetToolchain,
  budget: number,
  identity: VariantIdentity,
  cost?: VariantCost,
): PathPlan {
  const space = pathSpace(nodes, target);
  const { paths, pairs } = selectPaths(space, budget, cost);
  return {
    paths: paths.map((path) => planPath(path, target, identity)),
    total: space.total,
    impossible: space.impossible,
    pairs,
  };
}
