// What is built where not all fits: every pair of operator variants as far as the budget goes, the predicted best,
// every level, no path twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PathSpace, pathSpace } from '../../src/paths/path-space.ts';
import { selectPaths } from '../../src/paths/select-paths.ts';
import { TARGET_TOOLCHAINS } from '../../src/targets/registry.ts';
import { nodeOf, variant } from './variants.ts';

const target = TARGET_TOOLCHAINS['linux-x86_64'];
const settings = { seed: 20261121, numRuns: 100 };
const nodes = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }).map(nodeOf), {
  maxLength: 5,
});

/** Pairs of variants at two nodes that some path of the space has, by the levels' choices themselves. */
function pairsOf(space: PathSpace): ReadonlySet<string> {
  const pairs = new Set<string>();
  for (const { choices } of space.levels) {
    for (let b = 1; b < choices.length; b++) {
      for (let a = 0; a < b; a++) {
        for (const first of choices[a]!)
          for (const second of choices[b]!) pairs.add(`${a} ${first.name}, ${b} ${second.name}`);
      }
    }
  }
  return pairs;
}

const pairsIn = (paths: ReturnType<typeof selectPaths>['paths']): ReadonlySet<string> =>
  new Set(
    paths.flatMap(({ choices }) =>
      choices.flatMap((second, b) =>
        choices.slice(0, b).map((first, a) => `${a} ${first.name}, ${b} ${second.name}`),
      ),
    ),
  );

test('within the budget every path is there once; beyond it the budget is used, and no path comes twice', () => {
  fc.assert(
    fc.property(nodes, fc.integer({ min: 1, max: 40 }), (choices, budget) => {
      const space = pathSpace(choices, target);
      const { paths } = selectPaths(space, budget);
      const total = Number(space.total);
      assert.equal(paths.length, Math.min(total, budget));
      assert.equal(new Set(paths.map(({ number }) => number)).size, paths.length);
    }),
    settings,
  );
});

test('what is said to be covered is covered', () => {
  fc.assert(
    fc.property(nodes, fc.integer({ min: 1, max: 40 }), (choices, budget) => {
      const space = pathSpace(choices, target);
      const { paths, pairs } = selectPaths(space, budget);
      if (choices.length < 2) return;
      assert.equal(pairs.total, pairsOf(space).size);
      assert.equal(pairs.covered, pairsIn(paths).size);
    }),
    settings,
  );
});

test('the default budget has every pair of a function of twelve nodes of four variants', () => {
  // 16.7 million paths at the baseline alone.
  const space = pathSpace(
    Array.from({ length: 12 }, () => nodeOf([2, 1, 0, 1])),
    target,
  );
  assert.ok(space.total > 16_700_000n);
  const { paths, pairs } = selectPaths(space, 256);
  assert.equal(paths.length, 256);
  const covered = pairsIn(paths);
  for (const pair of pairsOf(space)) assert.ok(covered.has(pair), pair);
  assert.equal(pairs.covered, pairs.total);
});

test('a small budget meets every level, and a budget below the pairs covers as many as it can', () => {
  const choices = Array.from({ length: 6 }, () => nodeOf([2, 0, 1]));
  const space = pathSpace(choices, target);
  const small = selectPaths(space, 6);
  assert.deepEqual([...new Set(small.paths.map(({ isa }) => isa))].sort(), [
    'x86-64',
    'x86-64-v3',
    'x86-64-v4',
  ]);
  const covered = [4, 8, 16, 32, 64].map((budget) => selectPaths(space, budget).pairs.covered);
  assert.deepEqual(
    covered,
    covered.toSorted((a, b) => a - b),
  );
});

test('a single node with more variants than the budget has as many of them as fit', () => {
  const node = { typeKeys: [], variants: Array.from({ length: 30 }, (_, index) => variant(`v${index}`)) };
  const { paths, pairs } = selectPaths(pathSpace([node], target), 20);
  assert.deepEqual([paths.length, pairs.covered, pairs.total], [20, 20, 30]);
});

test("each level's predicted best is built; a level where nothing is known goes on as before", () => {
  const space = pathSpace(
    Array.from({ length: 8 }, () => nodeOf([1, 1, 0])),
    target,
  );
  // What costs least at every node: the plain third algorithm, and above the baseline the second in its better form.
  const cheap = new Map([
    ['a2', 5],
    ['a1_v3', 1],
  ]);
  const { paths } = selectPaths(space, 24, (_, { name }) => cheap.get(name) ?? null);
  const built = new Set(paths.map(({ choices }) => choices.map(({ name }) => name).join(' ')));
  assert.ok(built.has(Array(8).fill('a2').join(' ')));
  assert.ok(built.has(Array(8).fill('a1_v3').join(' ')));
  assert.deepEqual(
    selectPaths(space, 24, () => null),
    selectPaths(space, 24),
  );
});
