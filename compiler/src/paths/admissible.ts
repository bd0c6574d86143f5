// Which variants of a node's operator may run on a target: those for its architecture and system whose ISA level the
// toolchain can compile for, and whose types fit.

import type { OperatorVariant } from '@everypath/operators';
import type { IsaLevel, TargetName } from '@everypath/schema';
import { TARGETS } from '@everypath/schema';
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

/** The node's variants for a target, in the operator's order. `types` limits the leading operands. */
export function admissibleVariants(node: NodeChoice, target: TargetToolchain): readonly OperatorVariant[] {
  return node.variants.filter((variant) => {
    const isa = isaOn(variant, target.name);
    if (isa === undefined || target.isaFlags[isa] === undefined) return false;
    return (variant.types ?? []).every((key, index) => node.typeKeys[index] === key);
  });
}
