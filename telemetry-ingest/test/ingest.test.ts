// The ingest end to end on the embedded engine: what is acknowledged is stored once, what is not says why, and the
// ledger adds up after every step.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { isBalanced } from '../src/index.ts';
import { openIngest, post, root, rows, send, useClickHouse } from './ingest-under-test.ts';
import { sampleBatch, signToken, TAG, VARIANT } from './sample-program.ts';

useClickHouse();

test('a batch becomes rows whose operators the server named', async () => {
  const ingest = await openIngest();
  const batch = sampleBatch({
    records: 2,
    samples: 3,
    cause: 'bench',
    token: signToken({ cause: 'explore' }),
  });
  const receipt = await send(ingest, batch);
  assert.deepEqual(receipt, { batchId: batch.batchId, status: 'stored', accepted: 2, rejected: [] });
  assert.deepEqual(ingest.stats().ledger, {
    received: 6,
    stored: 0,
    rejected: 0,
    duplicate: 0,
    spooled: 6,
    setAside: 0,
  });
  await ingest.flush();
  assert.equal(ingest.stats().ledger.stored, 6);
  const stored = await rows(
    `SELECT device_class, operator, specialization, operator_variant, features, work_bucket, tag, variant, node, sdk,
       latency_ns, calls, clock_ns, cause, abs(dateDiff('second', ts, now64(3))) < 60 AS recent
     FROM op_sample WHERE batch_id = {id:UUID} ORDER BY node, latency_ns`,
    { id: batch.batchId },
  );
  const common = {
    device_class: 'linux-x86_64/x86-64-v3/intel-6-143/ada-s-cpu',
    tag: TAG,
    variant: VARIANT,
    sdk: 'node 24',
    clock_ns: 1,
    cause: 'explore',
    recent: true,
  };
  const resize = {
    operator: 'PIL.Image.Image.resize[bilinear]',
    specialization: 'image',
    operator_variant: 'avx2',
    features: [50176],
    work_bucket: 16,
    node: 0,
  };
  const matmul = {
    operator: 'numpy.matmul',
    specialization: "float32_2,'quoted\\'",
    operator_variant: 'blocked',
    features: [64, 32, 16],
    work_bucket: 16,
    node: 1,
  };
  // 31 calls over 3 samples: 11 + 10 + 10.
  const expected = [resize, matmul].flatMap((node) =>
    [1000, 1001, 1002].map((latency_ns, index) => ({
      ...common,
      ...node,
      latency_ns,
      calls: index === 0 ? 11 : 10,
    })),
  );
  assert.deepEqual(
    stored.map((row) => ({ ...(row as object), recent: Boolean((row as { recent: unknown }).recent) })),
    expected,
  );
  await ingest.close();
});

test('a batch sent again is counted once: at once, after loading, and after a restart', async () => {
  const spoolDir = join(root, 'duplicates');
  const batch = sampleBatch();
  const count = async () =>
    (
      await rows<{ n: number }>('SELECT count() AS n FROM op_sample WHERE batch_id = {id:UUID}', {
        id: batch.batchId,
      })
    )[0]?.n;
  let ingest = await openIngest({ spoolDir });
  assert.equal((await send(ingest, batch)).status, 'stored');
  assert.equal((await send(ingest, { ...batch, batchId: batch.batchId.toUpperCase() })).status, 'duplicate');
  await ingest.flush();
  assert.equal((await send(ingest, batch)).status, 'duplicate');
  assert.equal(ingest.stats().ledger.duplicate, 12);
  assert.ok(isBalanced(ingest.stats().ledger));
  await ingest.close();

  ingest = await openIngest({ spoolDir });
  assert.equal((await send(ingest, batch)).status, 'stored');
  await ingest.flush();
  assert.equal(ingest.stats().ledger.duplicate, 6);
  assert.equal(ingest.stats().ledger.stored, 0);
  assert.ok(isBalanced(ingest.stats().ledger));
  assert.equal(await count(), 6);
  await ingest.close();
});

test('the same batch many times at once is one line', async () => {
  const ingest = await openIngest();
  const batch = sampleBatch();
  const receipts = await Promise.all(Array.from({ length: 10 }, () => send(ingest, batch)));
  assert.equal(receipts.filter(({ status }) => status === 'stored').length, 1);
  await ingest.flush();
  assert.equal(ingest.stats().ledger.stored, 6);
  assert.ok(isBalanced(ingest.stats().ledger));
  await ingest.close();
});

test('bad records are named and counted, the others stay', async () => {
  const ingest = await openIngest();
  const good = sampleBatch({ records: 1, samples: 2 });
  const batch = {
    ...good,
    device: { ...good.device, clockResolutionNs: 100 },
    records: [
      ...good.records,
      { node: 7, features: [], calls: 1, samplesNs: [1000] },
      { node: 0, features: [1, 2], calls: 1, samplesNs: [1000] },
      { node: 0, features: [1], calls: 2, samplesNs: [1000, 1000, 1000] },
      { node: 0, features: [1], calls: 2, samplesNs: [1000, 3] },
      { node: 0, features: [1], calls: 2, samplesNs: [1000, -1] },
      { node: 0, features: [1], calls: 1, samplesNs: [3.7e12] },
      { node: 0, features: [1], calls: 1e12, samplesNs: [1000] },
      { node: 0, features: [-1], calls: 1, samplesNs: [1000] },
      { node: 0, features: [1], calls: 0, samplesNs: [1000] },
      { node: 0, features: [1], calls: 1, samplesNs: ['fast'] },
      { node: 0, features: [1], calls: 40, samplesNs: Array(33).fill(1000) },
      null,
      { node: 0xffffffff, features: [], calls: 1, samplesNs: [0] },
    ],
  };
  const receipt = await send(ingest, batch);
  assert.equal(receipt.accepted, 2);
  assert.deepEqual(
    receipt.rejected.map(({ index, code }) => `${index} ${code}`),
    [
      '1 EP_UNKNOWN_NODE',
      '2 EP_FEATURE_COUNT',
      '3 EP_SAMPLES_EXCEED_CALLS',
      '4 EP_IMPOSSIBLE_LATENCY',
      '5 EP_IMPOSSIBLE_LATENCY',
      '6 EP_IMPOSSIBLE_LATENCY',
      '7 EP_IMPOSSIBLE_CALLS',
      '8 EP_INVALID_RECORD',
      '9 EP_INVALID_RECORD',
      '10 EP_INVALID_RECORD',
      '11 EP_INVALID_RECORD',
      '12 EP_INVALID_RECORD',
    ],
  );
  await ingest.flush();
  assert.deepEqual(ingest.stats().ledger, {
    received: 50,
    stored: 3,
    rejected: 47,
    duplicate: 0,
    spooled: 0,
    setAside: 0,
  });
  const rejected = await rows<{ code: string; node: number; samples: number }>(
    `SELECT code, any(node) AS node, toUInt32(sum(samples)) AS samples FROM rejected
     WHERE batch_id = {id:UUID} GROUP BY code ORDER BY code`,
    { id: batch.batchId },
  );
  assert.deepEqual(rejected, [
    { code: 'EP_FEATURE_COUNT', node: 0, samples: 1 },
    { code: 'EP_IMPOSSIBLE_CALLS', node: 0, samples: 1 },
    { code: 'EP_IMPOSSIBLE_LATENCY', node: 0, samples: 5 },
    { code: 'EP_INVALID_RECORD', node: 0, samples: 36 },
    { code: 'EP_SAMPLES_EXCEED_CALLS', node: 0, samples: 3 },
    { code: 'EP_UNKNOWN_NODE', node: 7, samples: 1 },
  ]);
  const whole = await rows(
    `SELECT operator, specialization, operator_variant, latency_ns FROM op_sample
     WHERE batch_id = {id:UUID} AND operator = 'everypath.call'`,
    { id: batch.batchId },
  );
  assert.deepEqual(whole, [
    { operator: 'everypath.call', specialization: TAG, operator_variant: VARIANT, latency_ns: 0 },
  ]);
  await ingest.close();
});

test('metrics, readiness and the OpenAPI document', async () => {
  const ingest = await openIngest();
  await send(ingest, sampleBatch());
  assert.match(await ingest.metrics(), /^everypath_ingest_samples\{state="spooled"\} 6$/m);
  assert.match(await ingest.metrics(), /^everypath_ingest_answers_total\{answer="202"\} 1$/m);
  assert.deepEqual(await ingest.ready(), { ready: true, spool: 'ok', clickhouse: 'ok' });
  const document = ingest.app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'test', version: '1' },
  });
  const operation = document.paths?.['/v1/telemetry']?.post;
  assert.deepEqual(Object.keys(operation?.responses ?? {}), [
    '202',
    '400',
    '401',
    '403',
    '413',
    '415',
    '422',
    '429',
    '500',
    '503',
    '507',
  ]);
  assert.match(JSON.stringify(operation?.requestBody), /samplesNs/);
  await ingest.close();
  assert.deepEqual((await ingest.ready()).ready, false);
  assert.equal((await post(ingest, sampleBatch())).status, 503);
});
