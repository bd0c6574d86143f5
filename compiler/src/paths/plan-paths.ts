// The paths of a function on one target, as variants: which are built, what each needs, what each is called.

import type { OperatorVariant } from '@everypath/operators';
import type { IsaLevel } from '@everypath/schema';
import { baselineIsa, higherIsa } from '@everypath/schema';
import { fingerprint } from '../store/fingerprint.ts';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import type { NodeChoice } from './admissible.ts';
import { admissibleVariants, isaOn } from './admissible.ts';
import { countPaths, selectPaths } from './enumerate.ts';

export interface PlannedPath {
  /** Variant id: 16 hex digits. */
  readonly id: string;
  /** The variant chosen at each node. */
  readonly choices: readonly OperatorVariant[];
  /** The highest level of its variants. */
  readonly isa: IsaLevel;
}

export interface PathPlan {
  readonly paths: readonly PlannedPath[];
  /** How many paths the target has; more than `paths` where the budget cut. */
  readonly total: bigint;
  /** Nodes that no variant can run on this target. */
  readonly impossible: readonly number[];
}

/** What names a variant besides its path. */
export interface VariantIdentity {
  readonly irHash: string;
  readonly toolchain: string;
}

export const variantId = (identity: VariantIdentity, target: string, path: readonly string[]): string =>
  fingerprint('variant', identity.irHash, target, identity.toolchain, ...path).slice(0, 16);

export function planPaths(
  nodes: readonly NodeChoice[],
  target: TargetToolchain,
  budget: number,
  identity: VariantIdentity,
): PathPlan {
  const admissible = nodes.map((node) => admissibleVariants(node, target));
  const choices = admissible.map((variants) => variants.length);
  const impossible = choices.flatMap((count, index) => (count === 0 ? [index] : []));
  const paths = selectPaths(choices, budget).map((indices): PlannedPath => {
    const chosen = indices.map((choice, node) => admissible[node]![choice]!);
    const levels = chosen.map((variant) => isaOn(variant, target.name)!);
    return {
      id: variantId(
        identity,
        target.name,
        chosen.map((variant) => variant.name),
      ),
      choices: chosen,
      isa: levels.reduce<IsaLevel>(higherIsa, baselineIsa(target.name)),
    };
  });
  return { paths, total: countPaths(choices), impossible };
}
