// The age of the oldest waiting sample, over the life of a spool.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lag } from '../src/lag.ts';

test('lag grows while nothing leaves, follows what leaves, and is nil when nothing waits', () => {
  const lag = new Lag(1_000);
  assert.equal(lag.update(0, 0, 0), 0);
  assert.equal(lag.update(10, 0, 1_000), 0);
  assert.equal(lag.update(20, 0, 3_000), 2_000);
  assert.equal(lag.update(30, 0, 9_000), 8_000);
  assert.equal(lag.update(30, 10, 9_500), 6_500, 'the first ten are gone');
  assert.equal(lag.update(30, 30, 10_000), 0);
  assert.equal(lag.update(31, 30, 11_500), 0);
  assert.equal(lag.update(31, 30, 12_500), 1_000);
  assert.equal(lag.update(31, 31, 13_000), 0);
});

test('a clock that jumps back makes no negative age', () => {
  const lag = new Lag(1_000);
  lag.update(10, 0, 50_000);
  assert.equal(lag.update(10, 0, 10_000), 0);
  lag.update(20, 10, 10_000);
  assert.equal(lag.update(20, 10, 14_000), 4_000);
});
