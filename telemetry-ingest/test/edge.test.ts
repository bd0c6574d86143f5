// The edge's pure parts: device clocks, buckets of work and latency, and the compiled schema.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latencyBucket, latencyOfBucket, telemetryBatchSchema, workBucket } from '@everypath/schema';
import fc from 'fast-check';
import { z } from 'zod';
import { correctTime } from '../src/edge/clock-correction.ts';
import { defaultLimits } from '../src/limits.ts';
import { sampleBatch } from './sample-program.ts';

test('a device clock is believed while it is plausible', () => {
  const now = Date.UTC(2026, 10, 21);
  const day = 24 * 3_600_000;
  const at = (sealedAtMs: number) => correctTime(sealedAtMs, now, defaultLimits);
  assert.deepEqual(at(now - 1_000), { tsMs: now - 1_000, corrected: false });
  // A batch that waited on a device without a network for three weeks.
  assert.deepEqual(at(now - 21 * day), { tsMs: now - 21 * day, corrected: false });
  assert.deepEqual(at(now + 60_000), { tsMs: now, corrected: false });
  assert.deepEqual(at(now + 6 * 60_000), { tsMs: now, corrected: true });
  assert.deepEqual(at(now - 31 * day), { tsMs: now, corrected: true });
  assert.deepEqual(at(0), { tsMs: now, corrected: true });
  assert.deepEqual(at(Number.MAX_SAFE_INTEGER), { tsMs: now, corrected: true });
});

test('work buckets: one to a doubling, 0 where the size is unknown', () => {
  assert.deepEqual(
    [[], [0], [0.5], [1], [2], [3], [4], [7.9], [8]].map(workBucket),
    [0, 0, 0, 1, 2, 2, 3, 3, 4],
  );
  assert.equal(workBucket([224, 224]), 16);
  for (let power = 0; power < 300; power++) {
    assert.equal(
      workBucket([2 ** Math.floor(power / 2), 2 ** Math.ceil(power / 2)]),
      Math.min(255, power + 1),
    );
  }
});

test('latency buckets: the middle of a bucket lies within 2.2 % of every latency in it', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e12, noNaN: true }), (latencyNs) => {
      const middle = latencyOfBucket(latencyBucket(latencyNs));
      assert.ok(Math.abs(middle / latencyNs - 1) < 0.0222, `${latencyNs} → ${middle}`);
    }),
    { seed: 7 },
  );
});

test('the batch schema compiles whole, and answers as the plain one does', () => {
  const compiled = z.compile(telemetryBatchSchema, { strict: true });
  const good = sampleBatch();
  assert.deepEqual(compiled.parse(good), telemetryBatchSchema.parse(good));
  const values = fc.oneof(
    fc.constantFrom(null, '', -1, 1.5, Number.POSITIVE_INFINITY, [], {}, 'x'.repeat(3_000), Number.NaN),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(good)), values, (key, value) => {
      const batch = { ...good, [key]: value };
      const [a, b] = [compiled.safeParse(batch), telemetryBatchSchema.safeParse(batch)];
      assert.equal(a.success, b.success);
      assert.deepEqual(
        a.error?.issues.map(({ path }) => path),
        b.error?.issues.map(({ path }) => path),
      );
    }),
    { seed: 11 },
  );
});
