// What is believed of an operator variant before anyone ran it, so that the first variant served is sensible: code
// for a higher ISA level is faster than the baseline's, and plain code is slower than code that someone tuned.
// Weak on purpose (its uncertainty is `STARTING_VARIANCES.contrast[0]`, 40 %): a few samples overrule it.

import { ISA_LEVELS, type IsaLevel, type Variant } from '@everypath/schema';

/** Each level above the baseline is believed this much faster, in log space. */
const PER_LEVEL = -0.15;
/** Variants whose names say that they are the plain one. */
const PLAIN = 0.3;
const PLAIN_NAME = /(^|[_-])(scalar|naive|plain|reference|simple|generic|portable)([_-]|$)/;

/** Operator, then operator variant, to the number of ISA levels above its architecture's baseline. */
export type IsaRanks = ReadonlyMap<string, number>;

export const rankKey = (operator: string, operatorVariant: string): string =>
  `${operator}\n${operatorVariant}`;

/** The contrast's prior mean. */
export function coldPrior(operator: string, operatorVariant: string, ranks: IsaRanks): number {
  const rank = ranks.get(rankKey(operator, operatorVariant)) ?? 0;
  return rank * PER_LEVEL + (PLAIN_NAME.test(operatorVariant) ? PLAIN : 0);
}

/**
 * The ISA level of each operator variant, from what is published: a program needs the highest level of its nodes, so
 * the lowest level of all programs that contain an operator variant bounds it, and is exact when every node has a
 * baseline choice.
 */
export function isaRanks(
  functions: Iterable<{
    readonly nodes: readonly { readonly operator: string }[];
    readonly variants: readonly Variant[];
  }>,
): IsaRanks {
  // By target first: an operator variant may exist for several architectures, at different levels.
  const lowest = new Map<string, number>();
  for (const { nodes, variants } of functions) {
    for (const variant of variants) {
      const rank = levelRank(variant.isaLevel);
      for (const [index, operatorVariant] of variant.path.entries()) {
        const key = `${variant.target}\n${rankKey(nodes[index]?.operator ?? '', operatorVariant)}`;
        lowest.set(key, Math.min(rank, lowest.get(key) ?? Number.POSITIVE_INFINITY));
      }
    }
  }
  const ranks = new Map<string, number>();
  for (const [key, rank] of lowest) {
    const name = key.slice(key.indexOf('\n') + 1);
    ranks.set(name, Math.max(rank, ranks.get(name) ?? 0));
  }
  return ranks;
}

/** How many levels lie below. */
export function levelRank(level: IsaLevel): number {
  for (const levels of Object.values(ISA_LEVELS)) {
    const rank = (levels as readonly IsaLevel[]).indexOf(level);
    if (rank >= 0) return rank;
  }
  return 0;
}
