// A few hundred requests of `npm run fuzz -- ingest`.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runFuzz } from './run-fuzz.ts';
import { TARGETS } from './targets.ts';

test('no request makes the ingest fail', async () => {
  const root = mkdtempSync(join(tmpdir(), 'everypath-fuzz-'));
  const target = await TARGETS.ingest!(root);
  try {
    const report = await runFuzz({ name: 'ingest', target, requests: 500, seed: 5 });
    assert.deepEqual(report.faults, []);
    assert.equal(report.crashed, false);
    assert.equal(report.refusedGood, 0);
    assert.equal(report.requests, 500);
  } finally {
    await target.close();
    rmSync(root, { recursive: true, force: true });
  }
});
