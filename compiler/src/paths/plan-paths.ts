// The paths of a function on one target, as variants: which are built, what each needs, what each is called.

import type { OperatorVariant } from '@everypath/operators';
import type { IsaLevel } from '@everypath/schema';
import { baselineIsa, higherIsa, ISA_LEVELS, TARGETS } from '@everypath/schema';
import { fingerprint } from '../store/fingerprint.ts';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import type { NodeChoice } from './admissible.ts';
import { admissibleVariants, isaOn, variantsAtLevel } from './admissible.ts';
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

/** The choices of the programs for one ISA level. */
interface LevelChoices {
  readonly level: IsaLevel;
  readonly choices: readonly (readonly OperatorVariant[])[];
  /** Paths that need this level; those that a lower one covers are counted there. */
  readonly count: bigint;
}

/**
 * Plans a target's paths level by level: a program is for one ISA level and takes each algorithm in its best form for
 * that level. Beyond the budget each level gets a covering selection of its share.
 */
export function planPaths(
  nodes: readonly NodeChoice[],
  target: TargetToolchain,
  budget: number,
  identity: VariantIdentity,
): PathPlan {
  const admissible = nodes.map((node) => admissibleVariants(node, target));
  const impossible = admissible.flatMap((variants, index) => (variants.length === 0 ? [index] : []));
  const levels = ISA_LEVELS[TARGETS[target.name].architecture].map((level) =>
    choicesAt(level, admissible, target),
  );
  const total = levels.reduce((sum, { count }) => sum + count, 0n);
  const paths = new Map<string, PlannedPath>();
  let left = budget;
  const waiting = levels.filter(({ count }) => count > 0n);
  for (const [index, at] of waiting.entries()) {
    // Everything where it fits, else an equal share of what the levels before have left.
    const share =
      total <= BigInt(budget) ? Number.MAX_SAFE_INTEGER / 2 : Math.ceil(left / (waiting.length - index));
    const planned = pathsAt(at, share, target, identity).slice(0, share);
    for (const path of planned) paths.set(path.id, path);
    left -= planned.length;
  }
  return { paths: [...paths.values()], total, impossible };
}

function choicesAt(
  level: IsaLevel,
  admissible: readonly (readonly OperatorVariant[])[],
  target: TargetToolchain,
): LevelChoices {
  // What the level is for comes first, so that a small budget meets it.
  const own = (variant: OperatorVariant) => (isaOn(variant, target.name) === level ? 0 : 1);
  const choices = admissible.map((variants) =>
    [...variantsAtLevel(variants, target.name, level)].sort((a, b) => own(a) - own(b)),
  );
  const baseline = level === baselineIsa(target.name);
  const lower = choices.map(
    (variants) => variants.filter((variant) => baseline || isaOn(variant, target.name) !== level).length,
  );
  const all = countPaths(choices.map((variants) => variants.length));
  return { level, choices, count: baseline ? all : all - countPaths(lower) };
}

function pathsAt(
  { level, choices }: LevelChoices,
  share: number,
  target: TargetToolchain,
  identity: VariantIdentity,
): readonly PlannedPath[] {
  const counts = choices.map((variants) => variants.length);
  // Some of a selection belong to lower levels and are dropped below: ask for more than the share.
  return selectPaths(counts, 2 * share)
    .map((indices): PlannedPath => {
      const chosen = indices.map((choice, node) => choices[node]![choice]!);
      const names = chosen.map((variant) => variant.name);
      const isa = chosen
        .map((variant) => isaOn(variant, target.name)!)
        .reduce<IsaLevel>(higherIsa, baselineIsa(target.name));
      return { id: variantId(identity, target.name, names), choices: chosen, isa };
    })
    .filter(({ isa }) => isa === level);
}
