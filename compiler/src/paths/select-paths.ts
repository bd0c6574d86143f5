// Which of a target's paths are built at once: all where they fit the budget, else each level's predicted best, a
// covering design, and from what is left over of the budget paths spread over the level.

import type { OperatorVariant } from '@everypath/operators';
import type { IsaLevel } from '@everypath/schema';
import { needsNoInstallation } from './admissible.ts';
import { createPairCover, type PairCoverage } from './cover-pairs.ts';
import { addressOf, type LevelSpace, type PathAddress, type PathSpace, pathAt } from './path-space.ts';

/** What one operator variant at one node is expected to cost, in any unit; null where nothing is known of it. */
export type VariantCost = (node: number, variant: OperatorVariant, level: IsaLevel) => number | null;

export interface PathSelection {
  readonly paths: readonly PathAddress[];
  readonly pairs: PairCoverage;
}

export function selectPaths(space: PathSpace, budget: number, cost?: VariantCost): PathSelection {
  const cover = createPairCover(space.levels);
  const chosen = new Map<bigint, PathAddress>();
  const take = (path: PathAddress) => {
    if (chosen.size >= budget || chosen.has(path.number)) return;
    chosen.set(path.number, path);
    cover.add(path);
  };
  if (space.total <= BigInt(budget)) {
    for (let number = 0n; number < space.total; number++) take(pathAt(space, number));
    return { paths: [...chosen.values()], pairs: cover.coverage() };
  }
  for (const [index, level] of space.levels.entries()) {
    // An equal share of what the levels before have left: a device without the newest extensions needs its paths too.
    const share = Math.ceil((budget - chosen.size) / (space.levels.length - index));
    const upTo = chosen.size + share;
    const best = cost && predictedBest(level, cost);
    if (best && share > 0) take(best);
    // A device that lacks a library has a program of each level too, the best one of those.
    const without = best?.choices.every(needsNoInstallation) ? undefined : bestWithoutLibraries(level, cost);
    if (without && chosen.size < upTo) take(without);
    for (const path of cover.cover(level, upTo - chosen.size)) take(path);
  }
  for (const [index, level] of space.levels.entries()) {
    const share = Math.ceil((budget - chosen.size) / (space.levels.length - index));
    for (const number of spread(level, share, chosen)) take(pathAt(space, number));
  }
  return { paths: [...chosen.values()], pairs: cover.coverage() };
}

/** Node by node the cheapest variant that anything is known of. Undefined where nothing is known, or a lower level has it. */
export function predictedBest(level: LevelSpace, cost: VariantCost): PathAddress | undefined {
  let known = false;
  const digits = level.choices.map((variants, node) => {
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const [digit, variant] of variants.entries()) {
      const costs = cost(node, variant, level.level);
      if (costs !== null && costs < bestCost) [best, bestCost] = [digit, costs];
    }
    known ||= bestCost < Number.POSITIVE_INFINITY;
    return best;
  });
  return known ? addressOf(level, digits) : undefined;
}

/** The best path of what every device has, or the first where nothing is known. Undefined where all paths have that. */
function bestWithoutLibraries(level: LevelSpace, cost: VariantCost | undefined): PathAddress | undefined {
  if (level.choices.flat().every(needsNoInstallation)) return undefined;
  const digits = level.choices.map((variants, node) => {
    const costOf = (digit: number) => cost?.(node, variants[digit]!, level.level) ?? Number.MAX_VALUE;
    const had = [...variants.keys()].filter((digit) => needsNoInstallation(variants[digit]!));
    return had.toSorted((a, b) => costOf(a) - costOf(b))[0] ?? -1;
  });
  return digits.includes(-1) ? undefined : addressOf(level, digits);
}

/** Numbers of `count` paths of a level that are not chosen yet, at even distances. */
function spread(level: LevelSpace, count: number, chosen: ReadonlyMap<bigint, unknown>): readonly bigint[] {
  const numbers = new Set<bigint>();
  const end = level.first + level.count;
  for (let step = 0n; step < BigInt(count); step++) {
    let number = level.first + (level.count * (2n * step + 1n)) / (2n * BigInt(count));
    while (number < end && (chosen.has(number) || numbers.has(number))) number++;
    if (number < end) numbers.add(number);
  }
  return [...numbers];
}
