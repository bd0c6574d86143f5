// Which variants of a node's operator may run on a target: those for its architecture and system whose ISA level the
// toolchain can compile for, and whose types fit.

import type { OperatorVariant } from '@everypath/operators';
import { takesTypes } from '@everypath/operators';
import type { IsaLevel, TargetName } from '@everypath/schema';
import { baselineIsa, isaCovers, TARGETS } from '@everypath/schema';
import type { TargetToolchain } from '../targets/target-toolchain.ts';

/** A node as choosing sees it. */
export interface NodeChoice {
  readonly variants: readonly OperatorVariant[];
  /** Type keys of the node's operands. */
  readonly typeKeys: readonly string[];
}

/** The ISA level that a variant needs on a target; undefined where it cannot run there. */
export function isaOn(variant: OperatorVariant, target: TargetName): IsaLevel | undefined {
  if (variant.targets && !variant.targets.includes(target)) return undefined;
  return variant.isa[TARGETS[target].architecture];
}

/**
 * The node's variants for a target, in the operator's order. `types` limits the leading operands. The plain reference
 * form is left out where there is any other.
 */
export function admissibleVariants(node: NodeChoice, target: TargetToolchain): readonly OperatorVariant[] {
  const runnable = node.variants.filter((variant) => {
    const isa = isaOn(variant, target.name);
    if (isa === undefined || target.isaFlags[isa] === undefined) return false;
    return takesTypes(variant, node.typeKeys);
  });
  const better = runnable.filter((variant) => !variant.reference);
  // A better one that starts above the baseline leaves the baseline to the reference.
  const lowest = (variants: readonly OperatorVariant[]) =>
    variants.some((variant) => isaOn(variant, target.name) === baselineIsa(target.name));
  return better.length > 0 && (lowest(better) || !lowest(runnable)) ? better : runnable;
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
    const held = best.get(variant.algorithm);
    const heldIsa = held && isaOn(held, target);
    if (heldIsa === undefined || isaCovers(isa, heldIsa)) best.set(variant.algorithm, variant);
  }
  return [...best.values()];
}
