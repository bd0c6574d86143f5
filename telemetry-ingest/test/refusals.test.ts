// How the door answers what it does not take: one code for each fault, nothing counted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { openIngest, post, useClickHouse } from './ingest-under-test.ts';
import { sampleBatch, signToken } from './sample-program.ts';

useClickHouse();

async function refusalOf(response: Response): Promise<string> {
  const body = (await response.json()) as { error: { code: string } };
  return `${response.status} ${body.error.code}`;
}

test('each limit and each fault of the edge has its own answer', async () => {
  const ingest = await openIngest({ limits: { bodyBytes: 60_000, decompressedBytes: 70_000 } });
  const batch = sampleBatch();
  const text = JSON.stringify(batch);
  const gzip = { 'content-encoding': 'gzip' };
  const cases: readonly (readonly [Response, string])[] = [
    [await post(ingest, '{'), '400 EP_MALFORMED'],
    [await post(ingest, text, gzip), '400 EP_MALFORMED'],
    [await post(ingest, Uint8Array.of(0x22, 0xff, 0x22)), '400 EP_MALFORMED'],
    [await post(ingest, text, { 'content-type': 'text/plain' }), '415 EP_MEDIA_TYPE'],
    [await post(ingest, text, { 'content-encoding': 'br' }), '415 EP_MEDIA_TYPE'],
    [await post(ingest, ' '.repeat(60_001)), '413 EP_TOO_LARGE'],
    [await post(ingest, gzipSync(' '.repeat(70_001)), gzip), '413 EP_TOO_LARGE'],
    [await post(ingest, { ...batch, version: 2 }), '422 EP_INVALID_BATCH'],
    [await post(ingest, { ...batch, token: 'x'.repeat(2_049) }), '422 EP_INVALID_BATCH'],
    [await post(ingest, { ...batch, records: [] }), '422 EP_INVALID_BATCH'],
    [await post(ingest, { ...batch, batchId: "x' OR 1" }), '422 EP_INVALID_BATCH'],
    [await post(ingest, { ...batch, records: Array(513).fill(batch.records[0]) }), '422 EP_INVALID_BATCH'],
    [
      await post(ingest, zstdCompressSync(' '.repeat(70_001)), { 'content-encoding': 'zstd' }),
      '413 EP_TOO_LARGE',
    ],
    [await post(ingest, { ...batch, token: `${batch.token}x` }), '401 EP_TOKEN_INVALID'],
    [await post(ingest, { ...batch, variant: 'f'.repeat(16) }), '403 EP_TOKEN_MISMATCH'],
    [
      await post(ingest, { ...batch, device: { ...batch.device, target: 'wasm32', isaLevel: 'wasm-mvp' } }),
      '403 EP_TOKEN_MISMATCH',
    ],
    [
      await post(ingest, {
        ...batch,
        variant: 'f'.repeat(16),
        token: signToken({ variant: 'f'.repeat(16) }),
      }),
      '422 EP_UNKNOWN_VARIANT',
    ],
  ];
  for (const [response, expected] of cases) assert.equal(await refusalOf(response), expected);
  assert.equal(ingest.stats().ledger.received, 0);
  assert.equal((await post(ingest, gzipSync(text), gzip)).status, 202);
  const again = zstdCompressSync(JSON.stringify(sampleBatch()));
  assert.equal((await post(ingest, again, { 'content-encoding': 'zstd' })).status, 202);
  assert.equal(ingest.stats().answers.EP_TOO_LARGE, 3);
  await ingest.close();
});

test('an invalid batch is told which field is wrong', async () => {
  const ingest = await openIngest();
  const batch = sampleBatch({ records: 1, samples: 1 });
  const response = await post(ingest, { ...batch, device: { ...batch.device, cores: 0 } });
  const body = (await response.json()) as { error: { issues: { path: string; message: string }[] } };
  assert.deepEqual(
    body.error.issues.map(({ path }) => path),
    ['device.cores'],
  );
  await ingest.close();
});

test('a registry that does not answer is not the device’s fault', async () => {
  const catalog = {
    program(): never {
      throw new Error('connection refused');
    },
  };
  const ingest = await openIngest({ catalog });
  const response = await post(ingest, sampleBatch());
  assert.equal(response.headers.get('retry-after'), '5');
  assert.equal(await refusalOf(response), '503 EP_UNAVAILABLE');
  await ingest.close();
});
