// Each bound of the edge, by itself and through the door: rates, vocabulary, clocks, tokens, networks, sockets.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { encodeBatch } from '@everypath/client';
import { type TelemetryBatch, telemetryBatchSchema } from '@everypath/schema';
import { getRequestListener } from '@hono/node-server';
import { Cardinality } from '../src/edge/cardinality.ts';
import { correctTime } from '../src/edge/clock-correction.ts';
import { keyedHash } from '../src/edge/keyed-hash.ts';
import { networkOf } from '../src/edge/network.ts';
import { RateLimiter } from '../src/edge/rate-limit.ts';
import { isBalanced } from '../src/index.ts';
import { defaultLimits } from '../src/limits.ts';
import { openIngest, post, rows, send, useClickHouse } from './ingest-under-test.ts';
import { sampleBatch, sampleTokens, signToken } from './sample-program.ts';

useClickHouse();
const hash = keyedHash(7);

test('a bucket lets its burst pass, refills by the minute, and says how long to wait', () => {
  const limiter = new RateLimiter({ perMinute: 60, burst: 10 }, hash);
  for (let taken = 0; taken < 10; taken++) assert.equal(limiter.take('a', 1, 1_000), 0);
  assert.equal(limiter.take('a', 1, 1_000), 1_000);
  assert.equal(limiter.take('b', 1, 1_000), 0, 'another key has its own');
  assert.equal(limiter.take('a', 1, 2_000), 0);
  assert.equal(limiter.take('a', 5, 2_000), 5_000);
  assert.equal(limiter.take('c', 99, 2_000), 0, 'more than the burst passes a full bucket');
  assert.equal(limiter.take('c', 1, 2_000), 1_000);
  assert.equal(limiter.take('c', 1, 1_000), 1_000, 'a clock that goes back refills nothing');
});

test('ten thousand busy keys hold back few of the idle ones', () => {
  const limiter = new RateLimiter({ perMinute: 1, burst: 1 }, hash);
  for (let key = 0; key < 10_000; key++) limiter.take(`busy ${key}`, 1, 0);
  let held = 0;
  for (let key = 0; key < 1_000; key++) if (limiter.take(`idle ${key}`, 1, 0) > 0) held++;
  assert.ok(held < 60, `${held} of 1000`);
});

test('a device has so many cells and classes a day', () => {
  const cardinality = new Cardinality({ cellsPerDevice: 50, classesPerDevice: 3 }, hash);
  const allowed = (nowMs: number) =>
    Array.from({ length: 400 }, (_, cell) => cardinality.allowsCell('a', hash(`${cell}`, 0), nowMs)).filter(
      Boolean,
    ).length;
  const first = allowed(0);
  assert.ok(first >= 50 && first < 80, `${first} of 400`);
  assert.equal(allowed(1), first, 'the same ones again');
  assert.ok(cardinality.allowsCell('b', 1, 1));
  assert.ok(allowed(24 * 3_600_000) >= 50);
  const classes = Array.from({ length: 20 }, (_, at) =>
    cardinality.allowsClass('a', `class ${at}`, 1),
  ).filter(Boolean);
  assert.ok(classes.length >= 3 && classes.length < 7, `${classes.length} of 20`);
});

test('networks: 24 bits of IPv4, 56 of IPv6, none for proxies', () => {
  const cases: readonly (readonly [string | undefined, string | undefined])[] = [
    ['203.0.113.77', '203.0.113'],
    ['::ffff:203.0.113.78', '203.0.113'],
    ['2001:db8:1:2ff::1', '2001:db8:1:200'],
    ['2001:db8:1:200:ffff::', '2001:db8:1:200'],
    ['2001:db8:1:300::', '2001:db8:1:300'],
    ['127.0.0.1', undefined],
    ['10.1.2.3', undefined],
    ['::1', undefined],
    ['::ffff:192.168.0.1', undefined],
    ['fe80::1%eth0', undefined],
    ['fd00::1', undefined],
    ['nonsense', undefined],
    [undefined, undefined],
  ];
  for (const [address, network] of cases) assert.equal(networkOf(address), network, address);
});

test('a client that says when it sends has its clock corrected by the difference', () => {
  const now = Date.UTC(2026, 10, 21);
  const hour = 3_600_000;
  const at = (sealedAtMs: number, sentAtMs: number) => correctTime(sealedAtMs, now, defaultLimits, sentAtMs);
  assert.deepEqual(at(now - hour, now), { tsMs: now - hour, corrected: false });
  // A clock that is a year off, either way, and a batch that waited an hour.
  for (const year of [-365 * 24 * hour, 365 * 24 * hour])
    assert.deepEqual(at(now + year - hour, now + year), { tsMs: now - hour, corrected: true });
  assert.deepEqual(at(now, now - hour), { tsMs: now, corrected: true }, 'sent before it was sealed');
  assert.deepEqual(
    at(now - 31 * 24 * hour, now),
    { tsMs: now, corrected: true },
    'older than samples may be',
  );
});

test('through the door: too fast is a 429, too many words are rejected, and the ledger adds up', async () => {
  const ingest = await openIngest({
    clock: { nowMs: () => 1_795_000_000_000, after: () => () => {} },
    limits: { deviceBurst: 3, devicePerMinute: 60, cellsPerDevice: 4, classesPerDevice: 1 },
  });
  assert.equal((await post(ingest, sampleBatch())).status, 202);
  assert.equal((await post(ingest, sampleBatch())).status, 202);
  const held = await post(ingest, sampleBatch());
  assert.equal(held.status, 429);
  assert.equal(held.headers.get('retry-after'), '1');
  const token = signToken({ deviceId: 'device-0002' });
  const many = sampleBatch({ token });
  const records = Array.from({ length: 12 }, (_, size) => ({
    node: 0,
    features: [size + 1],
    calls: 9,
    samplesNs: [5],
  }));
  const receipt = await send(ingest, { ...many, records });
  assert.ok(receipt.rejected.length >= 6 && receipt.rejected.every(({ code }) => code === 'EP_CARDINALITY'));
  const other = await send(ingest, {
    ...sampleBatch({ token }),
    device: { ...many.device, model: 'another machine' },
  });
  assert.equal(other.accepted, 0, 'a second class on the same day');
  assert.ok(isBalanced(ingest.stats().ledger));
  await ingest.flush();
  assert.equal(ingest.stats().ledger.spooled, 0);
  assert.ok(isBalanced(ingest.stats().ledger));
  await ingest.close();
});

test('a token that expired counts for what was sealed before, and for nothing after', async () => {
  const nowMs = Date.UTC(2026, 10, 21);
  const clock = { nowMs: () => nowMs, after: () => () => {} };
  const ingest = await openIngest({ clock });
  const token = signToken({ expiresAtMs: nowMs - 3_600_000 });
  const late = { ...sampleBatch({ token }), sealedAtMs: nowMs - 7_200_000 };
  assert.equal((await post(ingest, late)).status, 202);
  const after = { ...sampleBatch({ token }), sealedAtMs: nowMs - 60_000 };
  const refused = await post(ingest, after);
  assert.equal(refused.status, 401);
  assert.match(await refused.text(), /EP_TOKEN_EXPIRED/);
  // A clock that is two hours slow makes nothing of it: the age counts, not the date.
  const slow = { ...sampleBatch({ token }), sealedAtMs: nowMs - 7_200_000 };
  assert.equal((await post(ingest, slow, { 'everypath-sent-at': String(nowMs - 7_200_000) })).status, 401);
  await ingest.close();
});

test('columns say what records say, plain and compressed, and misfits are refused', async () => {
  const ingest = await openIngest();
  const cbor = { 'content-type': 'application/cbor' };
  const full = (): TelemetryBatch => telemetryBatchSchema.parse(sampleBatch({ records: 2, samples: 3 }));
  const batches = [full(), full(), full(), full()];
  const [json, plain, gzip, zstd] = batches as [
    TelemetryBatch,
    TelemetryBatch,
    TelemetryBatch,
    TelemetryBatch,
  ];
  assert.equal((await post(ingest, json)).status, 202);
  assert.equal((await post(ingest, encodeBatch(plain), cbor)).status, 202);
  assert.equal(
    (await post(ingest, gzipSync(encodeBatch(gzip)), { ...cbor, 'content-encoding': 'gzip' })).status,
    202,
  );
  assert.equal(
    (await post(ingest, zstdCompressSync(encodeBatch(zstd)), { ...cbor, 'content-encoding': 'zstd' })).status,
    202,
  );
  assert.match(await (await post(ingest, plain)).text(), /"duplicate"/, 'one id, two encodings');
  await ingest.flush();
  const stored = await rows<{ n: number; rows: string }>(
    `SELECT toUInt32(count()) AS n, toString(groupArray((operator, features, latency_ns, calls, node))) AS rows FROM
       (SELECT * FROM op_sample WHERE batch_id IN {ids:Array(UUID)} ORDER BY node, latency_ns) GROUP BY batch_id`,
    { ids: batches.map(({ batchId }) => batchId) },
  );
  assert.equal(stored.length, 4);
  assert.equal(new Set(stored.map((row) => row.rows)).size, 1);
  const bytes = Buffer.from(encodeBatch(full()));
  const counts = bytes.indexOf('sampleCounts');
  bytes[counts + 'sampleCounts'.length + 3] = 9;
  assert.equal((await post(ingest, bytes, cbor)).status, 422);
  for (let cut = 0; cut < bytes.length; cut += 7)
    assert.ok(
      [400, 422].includes((await post(ingest, new Uint8Array(bytes.subarray(0, cut)), cbor)).status),
      `cut at ${cut}`,
    );
  await ingest.close();
});

test('over a socket: an endless body is cut off at the limit, and a small one is answered', async () => {
  const ingest = await openIngest({ limits: { bodyBytes: 10_000 } });
  const server = createServer(getRequestListener(ingest.app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/v1/telemetry`;
  const headers = { 'content-type': 'application/json' };
  assert.equal(
    (await fetch(url, { method: 'POST', headers, body: JSON.stringify(sampleBatch()) })).status,
    202,
  );
  const socket = connect(port, '127.0.0.1');
  const answer = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
  socket.on('error', () => {});
  socket.write(
    'POST /v1/telemetry HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  for (let sent = 0; sent < 20; sent++) socket.write(`400\r\n${' '.repeat(1024)}\r\n`);
  assert.match(await answer, /^HTTP\/1.1 413/);
  socket.destroy();
  assert.equal(
    (await fetch(url, { method: 'POST', headers, body: JSON.stringify(sampleBatch()) })).status,
    202,
  );
  server.close();
  server.closeAllConnections();
  await ingest.close();
});

test('too much under way at one time is a 503', async () => {
  let release = (): void => {};
  const wait = new Promise<void>((resolve) => {
    release = resolve;
  });
  const tokens = {
    async verify(token: string) {
      await wait;
      return sampleTokens.verify(token);
    },
  };
  const ingest = await openIngest({ tokens, limits: { inFlightBytes: 1 << 21, bodyBytes: 1 << 20 } });
  const first = [post(ingest, sampleBatch()), post(ingest, sampleBatch())];
  const busy = await post(ingest, sampleBatch());
  assert.equal(busy.status, 503);
  assert.equal(busy.headers.get('retry-after'), '1');
  release();
  for (const response of await Promise.all(first)) assert.equal(response.status, 202);
  await ingest.close();
});
