// Which paths to build where not all fit: a covering design. Every pair of operator variants that some path has is in
// one of those chosen, as far as the budget goes, since two kernels meet in a cache and in a clock and not alone.
// Greedy, one path at a time, after AETG (Cohen, Dalal, Fredman and Patton 1997). The same for the same input.

import type { LevelSpace, PathAddress } from './path-space.ts';
import { addressOf } from './path-space.ts';

/** How far the pairs of a target are covered; a variant alone counts as a pair with itself. */
export interface PairCoverage {
  readonly total: number;
  readonly covered: number;
}

export interface PairCover {
  /** Takes note of a path that is built anyway. */
  add(path: PathAddress): void;
  /** Up to `most` further paths of a level, each of which covers a pair that is open. */
  cover(level: LevelSpace, most: number): readonly PathAddress[];
  coverage(): PairCoverage;
}

/** A cover of the pairs that the levels' paths have. A lower level's paths run on higher ones, and count there. */
export function createPairCover(levels: readonly LevelSpace[]): PairCover {
  const ids = numberVariants(levels);
  const size = ids.reduce((sum, names) => sum + names.size, 0);
  // A byte for every pair of (node, variant): 1 where the pair is in a path that was chosen.
  const covered = new Uint8Array(size * size);
  const uses = new Uint32Array(size);
  const idsOf = (level: LevelSpace) =>
    level.choices.map((variants, node) => variants.map((variant) => ids[node]!.get(variant.name)!));
  const add = (path: PathAddress) => {
    const chosen = path.choices.map((variant, node) => ids[node]!.get(variant.name)!);
    for (const a of chosen) {
      uses[a]!++;
      for (const b of chosen) covered[a * size + b] = 1;
    }
  };

  /** The path through two choices that meets, node by node, the most open pairs; of equals the least used choice. */
  const pathThrough = (choices: readonly (readonly number[])[], fixed: ReadonlyMap<number, number>) => {
    const digits = choices.map((_, node) => fixed.get(node) ?? -1);
    const chosen = [...fixed].map(([node, digit]) => choices[node]![digit]!);
    for (const [node, own] of choices.entries()) {
      if (digits[node] !== -1) continue;
      let best = 0;
      let bestGain = -1;
      for (const [digit, id] of own.entries()) {
        const gain = chosen.reduce((sum, other) => sum + 1 - covered[id * size + other]!, 0);
        if (gain > bestGain || (gain === bestGain && uses[id]! < uses[own[best]!]!))
          [best, bestGain] = [digit, gain];
      }
      digits[node] = best;
      chosen.push(own[best]!);
    }
    return digits;
  };

  return {
    add,
    cover(level, most) {
      const choices = idsOf(level);
      const paths: PathAddress[] = [];
      for (const [a, b] of nodePairs(choices.length)) {
        for (const [digitA, idA] of choices[a]!.entries()) {
          for (const [digitB, idB] of choices[b]!.entries()) {
            if (covered[idA * size + idB] === 1 || (a === b && digitA !== digitB)) continue;
            if (paths.length >= most) return paths;
            const fixed = new Map([
              [a, digitA],
              [b, digitB],
            ]);
            const path = addressOf(level, pathThrough(choices, fixed));
            // A pair of lower variants is a lower level's to cover.
            if (!path) continue;
            add(path);
            paths.push(path);
          }
        }
      }
      return paths;
    },
    coverage() {
      const open = new Uint8Array(size * size);
      for (const level of levels) {
        const choices = idsOf(level);
        for (const [a, b] of nodePairs(choices.length)) {
          for (const [digitA, idA] of choices[a]!.entries()) {
            for (const [digitB, idB] of choices[b]!.entries()) {
              if (a !== b || digitA === digitB) open[idA * size + idB] = 1;
            }
          }
        }
      }
      const total = open.reduce((sum, bit) => sum + bit, 0);
      return { total, covered: open.reduce((sum, bit, at) => sum + (bit & covered[at]!), 0) };
    },
  };
}

/** Every node with every later one; with itself where it is alone. */
function nodePairs(count: number): readonly (readonly [number, number])[] {
  if (count === 1) return [[0, 0]];
  const pairs: (readonly [number, number])[] = [];
  for (let a = 0; a < count; a++) for (let b = a + 1; b < count; b++) pairs.push([a, b]);
  return pairs;
}

/** By node: a number for each variant that any level chooses from. */
function numberVariants(levels: readonly LevelSpace[]): readonly ReadonlyMap<string, number>[] {
  const nodes = levels[0]?.choices.length ?? 0;
  let next = 0;
  return Array.from({ length: nodes }, (_, node) => {
    const names = new Map<string, number>();
    for (const level of levels) {
      for (const { name } of level.choices[node]!) if (!names.has(name)) names.set(name, next++);
    }
    return names;
  });
}
