// A few rounds of `npm run faults`: two instances, one ClickHouse, everything between them failing now and then.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFaults } from './run-faults.ts';

test('whatever fails, acknowledged samples are stored once', async () => {
  const report = await runFaults({ rounds: 4, seed: 11, instances: 2 });
  assert.equal(report.lost, 0);
  assert.equal(report.duplicated, 0);
  assert.equal(report.stored, report.acknowledged);
  assert.equal(report.histogram, report.stored);
  assert.deepEqual(report.crashes, []);
  assert.ok(report.acknowledged > 100, `${report.acknowledged} acknowledged`);
});
