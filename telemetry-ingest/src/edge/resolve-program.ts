// What the node numbers of one variant mean, ready to be looked up a thousand times a second.

import { WHOLE_CALL, WHOLE_CALL_OPERATOR } from '@everypath/schema';
import type { CatalogProgram } from '../ports.ts';

export interface ResolvedNode {
  readonly operator: string;
  readonly specialization: string;
  /** The operator variant that the program runs there. */
  readonly variant: string;
  /** Undefined: any number of features. */
  readonly featureCount: number | undefined;
}

export interface ResolvedProgram {
  readonly target: CatalogProgram['target'];
  /** By node number, the whole call included. */
  readonly nodes: ReadonlyMap<number, ResolvedNode>;
}

export function resolveProgram(program: CatalogProgram, tag: string, variantId: string): ResolvedProgram {
  const nodes = new Map<number, ResolvedNode>();
  for (const { index, operator, specialization, features } of program.nodes) {
    const variant = program.path[index];
    if (variant !== undefined)
      nodes.set(index, { operator, specialization, variant, featureCount: features.length });
  }
  nodes.set(WHOLE_CALL, {
    operator: WHOLE_CALL_OPERATOR,
    specialization: tag,
    variant: variantId,
    featureCount: undefined,
  });
  return { target: program.target, nodes };
}
