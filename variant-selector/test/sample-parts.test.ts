// A refit's reading in parts: every family is in one part, and the budget is shared out by sessions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutParts } from '../src/model/sample-parts.ts';

const family = (operator: string, specialization: string, sessions: number) => ({
  operator,
  specialization,
  sessions,
});

test('nothing measured is no part', () => {
  assert.deepEqual(cutParts([], 100), []);
});

test('small operators share a part', () => {
  const parts = cutParts([family('a', 's', 10), family('a', 't', 20), family('b', 's', 30)], 1_000);
  assert.deepEqual(parts, [{ operators: ['a', 'b'], families: ['a\ns', 'a\nt', 'b\ns'], budget: 1_000 }]);
});

test('large operators have parts of their own, and the budget is shared out by sessions', () => {
  const parts = cutParts([family('a', 's', 6_000), family('b', 's', 3_000), family('c', 's', 3_000)], 8_000);
  assert.deepEqual(
    parts.map(({ operators, budget }) => [operators, budget]),
    [
      [['a'], 4_000],
      [['b'], 2_000],
      [['c'], 2_000],
    ],
  );
});

test('a part names no more families than an address can hold', () => {
  const many = Array.from({ length: 450 }, (_, index) => family(`o${index}`, 's', 1));
  const parts = cutParts(many, 10_000);
  assert.deepEqual(
    parts.map(({ families }) => families.length),
    [200, 200, 50],
  );
  assert.equal(
    parts.reduce((sum, { budget }) => sum + budget, 0),
    10_000,
  );
});
