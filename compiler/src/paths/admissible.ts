// Which variants of a node's operator may run on a target: those for its architecture and system whose ISA level the
// toolchain can compile for, and whose types fit. What is left out is left out for a reason that can be said.

import type { OperatorVariant } from '@everypath/operators';
import { takesTypes } from '@everypath/operators';
import type { IsaLevel, TargetName } from '@everypath/schema';
import { baselineIsa, ISA_LEVELS, isaCovers, LIBRARIES, TARGETS } from '@everypath/schema';
import type { TargetToolchain } from '../targets/target-toolchain.ts';

/** A node as choosing sees it. */
export interface NodeChoice {
  readonly variants: readonly OperatorVariant[];
  /** Type keys of the node's operands. */
  readonly typeKeys: readonly string[];
  /** Of a fused chain: how many functions that cost much it computes. */
  readonly functions?: number;
}

/** A variant that no path of a target takes, and why. */
export interface PrunedVariant {
  readonly variant: string;
  readonly reason: string;
}

/** The ISA level that a variant needs on a target; undefined where it cannot run there. */
export function isaOn(variant: OperatorVariant, target: TargetName): IsaLevel | undefined {
  if (variant.targets && !variant.targets.includes(target)) return undefined;
  return variant.isa[TARGETS[target].architecture];
}

/** What forms of one algorithm share. With threads it is another algorithm: which is faster depends on the size. */
export const familyOf = (variant: OperatorVariant): string =>
  variant.threads ? `${variant.algorithm} on threads` : variant.algorithm;

/** Whether every device of its targets runs it, given the level: a library may be missing. */
export const needsNoInstallation = ({ library }: OperatorVariant): boolean =>
  library === undefined || LIBRARIES[library].partOfSystem;

/** Why a variant cannot run at a node on a target; null where it can. */
function obstacle(variant: OperatorVariant, node: NodeChoice, target: TargetToolchain): string | null {
  if (variant.targets && !variant.targets.includes(target.name))
    return `written for ${variant.targets.join(', ')} only`;
  const isa = isaOn(variant, target.name);
  if (isa === undefined) return `written for ${Object.keys(variant.isa).join(', ')}`;
  if (target.isaFlags[isa] === undefined) return `needs ${isa}, which is not compiled for here`;
  if (!takesTypes(variant, node.typeKeys))
    return `takes ${variant.types?.join(', ')}, the node has ${node.typeKeys.join(', ')}`;
  const { functions = 0 } = node;
  if ((variant.functions ?? 0) > functions)
    return `pays from ${variant.functions} costly functions a chain, this one has ${functions}`;
  return null;
}

/**
 * The node's variants for a target, in the operator's order. `types` limits the leading operands. The plain reference
 * form is left out where there is any other that every device has.
 */
export function admissibleVariants(node: NodeChoice, target: TargetToolchain): readonly OperatorVariant[] {
  const runnable = node.variants.filter((variant) => obstacle(variant, node, target) === null);
  const better = runnable.filter((variant) => !variant.reference);
  const surely = better.filter(needsNoInstallation);
  // A better one that starts above the baseline leaves the baseline to the reference.
  const lowest = (variants: readonly OperatorVariant[]) =>
    variants.some((variant) => isaOn(variant, target.name) === baselineIsa(target.name));
  return surely.length > 0 && (lowest(surely) || !lowest(runnable)) ? better : runnable;
}

/** Of each algorithm the best form that a program for `level` can use. */
export function variantsAtLevel(
  admissible: readonly OperatorVariant[],
  target: TargetName,
  level: IsaLevel,
): readonly OperatorVariant[] {
  const best = new Map<string, OperatorVariant>();
  for (const variant of admissible) {
    const isa = isaOn(variant, target);
    if (isa === undefined || !isaCovers(level, isa)) continue;
    const family = familyOf(variant);
    const held = best.get(family);
    const heldIsa = held && isaOn(held, target);
    if (heldIsa === undefined || isaCovers(isa, heldIsa)) best.set(family, variant);
  }
  return [...best.values()];
}

/** The node's variants that no path of the target takes, each with the reason. */
export function prunedVariants(node: NodeChoice, target: TargetToolchain): readonly PrunedVariant[] {
  const admissible = admissibleVariants(node, target);
  const taken = new Set(
    ISA_LEVELS[TARGETS[target.name].architecture].flatMap((level) =>
      variantsAtLevel(admissible, target.name, level),
    ),
  );
  return node.variants
    .filter((variant) => !taken.has(variant))
    .map((variant) => {
      const why = obstacle(variant, node, target);
      if (why !== null) return { variant: variant.name, reason: why };
      if (!admissible.includes(variant))
        return { variant: variant.name, reason: 'the reference form: others run here' };
      return { variant: variant.name, reason: `another form of ${variant.algorithm} serves the same level` };
    });
}
