// Paths: one variant chosen at every node. All of them where they fit the budget, else a covering selection. Pure, and
// the same for the same input.

/** A path as indices: `path[i]` is the choice at node i. */
export type IndexPath = readonly number[];

/** How many paths there are: the product of the choices. */
export const countPaths = (choices: readonly number[]): bigint =>
  choices.reduce((product, count) => product * BigInt(count), 1n);

/** The n-th path in order, the last node changing fastest. */
export function nthPath(choices: readonly number[], n: bigint): IndexPath {
  const path = new Array<number>(choices.length);
  let rest = n;
  for (let node = choices.length - 1; node >= 0; node--) {
    const count = BigInt(choices[node]!);
    path[node] = Number(rest % count);
    rest /= count;
  }
  return path;
}

/** At most `budget` paths: all, or a selection that has every choice, then as many pairs of choices as fit. */
export function selectPaths(choices: readonly number[], budget: number): readonly IndexPath[] {
  const total = countPaths(choices);
  if (total === 0n) return [];
  if (total <= BigInt(budget)) {
    return Array.from({ length: Number(total) }, (_, index) => nthPath(choices, BigInt(index)));
  }
  return coverPaths(choices, budget);
}

/**
 * Greedy covering: first every single choice, then each next path takes, node by node, the choice that meets the most
 * pairs not met yet (after AETG, Cohen et al. 1997), then the rest in order.
 */
function coverPaths(choices: readonly number[], budget: number): readonly IndexPath[] {
  const chosen = new Map<string, IndexPath>();
  const add = (path: IndexPath) => chosen.set(path.join(), path);
  const singles = Math.max(...choices);
  for (let i = 0; i < singles && chosen.size < budget; i++) add(choices.map((count) => i % count));
  const open = openPairs(choices);
  for (const path of chosen.values()) closePairs(open, path);
  while (open.size > 0 && chosen.size < budget) {
    const path = greedyPath(choices, open);
    closePairs(open, path);
    add(path);
  }
  for (let n = 0n; chosen.size < budget; n++) add(nthPath(choices, n));
  return [...chosen.values()];
}

const pairKey = (a: number, choiceA: number, b: number, choiceB: number): string =>
  `${a}.${choiceA},${b}.${choiceB}`;

function openPairs(choices: readonly number[]): Set<string> {
  const open = new Set<string>();
  for (let b = 1; b < choices.length; b++) {
    for (let a = 0; a < b; a++) {
      for (let i = 0; i < choices[a]!; i++)
        for (let k = 0; k < choices[b]!; k++) open.add(pairKey(a, i, b, k));
    }
  }
  return open;
}

function closePairs(open: Set<string>, path: IndexPath): void {
  for (let b = 1; b < path.length; b++) {
    for (let a = 0; a < b; a++) open.delete(pairKey(a, path[a]!, b, path[b]!));
  }
}

/** Starts from the first open pair, so that every round closes one. */
function greedyPath(choices: readonly number[], open: ReadonlySet<string>): IndexPath {
  const [first] = open;
  const [a, b] = first!.split(',').map((part) => part.split('.').map(Number) as [number, number]);
  const path = new Array<number | undefined>(choices.length).fill(undefined);
  path[a![0]] = a![1];
  path[b![0]] = b![1];
  for (let node = 0; node < choices.length; node++) {
    if (path[node] !== undefined) continue;
    let best = 0;
    let bestGain = -1;
    for (let choice = 0; choice < choices[node]!; choice++) {
      const gain = path.reduce<number>((sum, other, index) => {
        if (other === undefined) return sum;
        const key = index < node ? pairKey(index, other, node, choice) : pairKey(node, choice, index, other);
        return sum + (open.has(key) ? 1 : 0);
      }, 0);
      if (gain > bestGain) [best, bestGain] = [choice, gain];
    }
    path[node] = best;
  }
  return path as number[];
}
