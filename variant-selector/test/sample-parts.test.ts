// A refit's reading in parts: every operator of every shard is in one part, and the budget is shared out by sessions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutParts } from '../src/model/sample-parts.ts';

const count = (shard: number, operator: string, sessions: number) => ({ shard, operator, sessions });
const part = (firstShard: number, lastShard: number, budget: number, operators = ['', '']) => ({
  firstShard,
  lastShard,
  firstOperator: operators[0],
  lastOperator: operators[1],
  budget,
});

test('nothing measured is no part', () => {
  assert.deepEqual(cutParts([], 100, []), []);
});

test('small shards share a part', () => {
  const counts = [count(0, 'a', 10), count(0, 'b', 20), count(3, 'a', 30)];
  assert.deepEqual(cutParts(counts, 1_000, []), [part(0, 3, 1_000)]);
});

test('the budget is shared out by sessions', () => {
  const counts = [count(0, 'a', 3_000), count(1, 'a', 3_000), count(2, 'b', 1_000), count(5, 'b', 1_000)];
  assert.deepEqual(cutParts(counts, 800, []), [part(0, 0, 300), part(1, 2, 400), part(5, 5, 100)]);
});

test('a large shard is cut by operator', () => {
  const counts = [count(0, 'a', 2_000), count(0, 'b', 2_000), count(0, 'c', 9_000), count(1, 'a', 1_000)];
  assert.deepEqual(cutParts(counts, 14_000, []), [
    part(0, 0, 4_000, ['a', 'b']),
    part(0, 0, 9_000, ['c', 'c']),
    part(1, 1, 1_000),
  ]);
});

test('what is left of a cut shard is not joined with the next: its operators are not those of the other', () => {
  const counts = [count(0, 'a', 3_500), count(0, 'b', 1_000), count(1, 'a', 1_000)];
  assert.deepEqual(cutParts(counts, 5_500, []), [
    part(0, 0, 3_500, ['a', 'a']),
    part(0, 0, 1_000, ['b', 'b']),
    part(1, 1, 1_000),
  ]);
});

test('a part spans no more rows than it takes the engine a tenth of a second to look at', () => {
  const counts = [count(0, 'a', 10), count(1, 'a', 10), count(2, 'a', 10), count(4, 'a', 10)];
  const rows = [150_000, 100_000, 100_000, 160_000, 100_000];
  assert.deepEqual(cutParts(counts, 40, rows), [part(0, 1, 20), part(2, 2, 10), part(4, 4, 10)]);
});
