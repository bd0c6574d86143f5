// Counting, ordering and covering of paths.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countPaths, nthPath, selectPaths } from '../../src/paths/enumerate.ts';

const choices = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 6 });
const settings = { seed: 20261121, numRuns: 200 };

test('within the budget every path is there once: their number is the product of the choices', () => {
  fc.assert(
    fc.property(choices, (counts) => {
      const product = counts.reduce((sum, count) => sum * count, 1);
      const paths = selectPaths(counts, product);
      assert.equal(BigInt(paths.length), countPaths(counts));
      assert.equal(new Set(paths.map(String)).size, product);
      for (const path of paths)
        assert.ok(path.every((choice, node) => choice >= 0 && choice < counts[node]!));
    }),
    settings,
  );
});

test('beyond the budget every single choice is covered, no path comes twice, and the budget is used', () => {
  fc.assert(
    fc.property(choices, fc.integer({ min: 6, max: 40 }), (counts, budget) => {
      const paths = selectPaths(counts, budget);
      const total = counts.reduce((sum, count) => sum * count, 1);
      assert.equal(paths.length, Math.min(total, budget));
      assert.equal(new Set(paths.map(String)).size, paths.length);
      for (const [node, count] of counts.entries()) {
        assert.equal(new Set(paths.map((path) => path[node])).size, count);
      }
    }),
    settings,
  );
});

test('a budget of a few dozen covers all pairs of a function of many nodes', () => {
  const counts = [4, 4, 3, 5, 4, 3, 4, 2];
  const paths = selectPaths(counts, 64);
  for (let b = 1; b < counts.length; b++) {
    for (let a = 0; a < b; a++) {
      assert.equal(new Set(paths.map((path) => `${path[a]},${path[b]}`)).size, counts[a]! * counts[b]!);
    }
  }
});

test('a node without a variant leaves no path; a function without nodes has one', () => {
  assert.deepEqual(selectPaths([3, 0, 2], 10), []);
  assert.deepEqual(selectPaths([], 10), [[]]);
});

test('the n-th path counts like an odometer, the last node fastest', () => {
  assert.deepEqual(
    [0n, 1n, 2n, 5n].map((n) => nthPath([2, 3], n)),
    [
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 2],
    ],
  );
});
