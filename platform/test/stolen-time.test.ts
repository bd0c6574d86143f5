// What the host takes: a share, where the system says it at all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processorTicks, stolenSince } from '../src/measure/stolen-time.ts';

test('stolen time is a share of what passed', () => {
  const before = processorTicks();
  assert.equal(before === null, process.platform !== 'linux');
  if (before === null) return;
  assert.ok(before.stolen >= 0 && before.all > before.stolen);
  const share = stolenSince({ stolen: before.stolen - 1, all: before.all - 100 });
  assert.ok(share !== null && share > 0 && share <= 1);
  assert.equal(stolenSince(null), null);
});
