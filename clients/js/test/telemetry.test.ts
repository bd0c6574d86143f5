// From a program's latencies to the service: sealed once, resent identical, bounded, refusable.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type TelemetryBatch, telemetryBatchSchema } from '@everypath/schema';
import { OTHER } from '../../conformance/fault-server.ts';
import type { CompiledFunction } from '../src/compiled-function.ts';
import { createMemoryStore } from '../src/memory-store.ts';
import { createQueue } from '../src/queue.ts';
import { createRecorder } from '../src/recorder.ts';
import { createSender } from '../src/sender.ts';
import { uuidV7 } from '../src/uuid.ts';
import { closeServer, startSession } from './session.ts';

after(closeServer);

/** Calls enough for one to be measured: the first ones warm up. */
const callMeasured = (fma: CompiledFunction): void => {
  for (let call = 0; call < 3; call++) fma.callSync([1, 2]);
};

const parse = (texts: readonly string[]) => texts.map((text) => telemetryBatchSchema.parse(JSON.parse(text)));

const queueFiles = (cacheDir: string): string[] => {
  const services = join(cacheDir, 'services');
  const [service = ''] = existsSync(services) ? readdirSync(services) : [];
  const folder = join(services, service, 'queue');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

test('what was measured arrives, valid by the schema, with its cause', async (t) => {
  const session = await startSession(t);
  const client = session.client({ telemetry: 'on' });
  const fma = await client.load('@test/fma');
  for (let call = 0; call < 100; call++) fma.callSync([1, 2]);
  const forced = await client.load('@test/fma', { variant: OTHER });
  for (let call = 0; call < 32; call++) forced.callSync([1, 2]);
  assert.equal((await client.telemetry.preview()).waiting.length, 4);
  const report = await client.flush();
  assert.deepEqual(report, { sent: 2, refused: 0, left: 0, dropped: 0 });
  const batches = parse((await session.seen()).batches);
  assert.deepEqual(batches.map((batch) => [batch.cause, batch.variant === OTHER]).sort(), [
    ['auto', false],
    ['forced', true],
  ]);
  const auto = batches.find((batch) => batch.cause === 'auto');
  assert.deepEqual(auto?.records.map((record) => record.node).sort(), [0, 0xffffffff]);
  assert.equal(auto?.records[0]?.calls, 7, 'one call in 16 of 100');
  assert.ok(auto && auto.device.clockResolutionNs >= 1);
  assert.deepEqual(await client.flush(), { sent: 0, refused: 0, left: 0, dropped: 0 });
});

test('a batch waits on disk and is resent to the byte, by the next process too', async (t) => {
  const session = await startSession(t);
  const client = session.client({ telemetry: 'on' });
  const fma = await client.load('@test/fma');
  callMeasured(fma);
  await session.fault('broken');
  assert.equal((await client.flush()).left, 1);
  const [file = ''] = queueFiles(session.cacheDir);
  const kept = readFileSync(file, 'utf8');
  assert.equal((await client.flush()).left, 1);
  assert.equal((await client.telemetry.preview()).queued.length, 1);
  await client.close();
  await session.fault('none');
  assert.equal((await session.client({ telemetry: 'on' }).flush()).sent, 1);
  assert.deepEqual((await session.seen()).batches, [kept]);
  assert.deepEqual(queueFiles(session.cacheDir), []);
});

test('close sends what is left', async (t) => {
  const session = await startSession(t);
  const client = session.client({ telemetry: 'on' });
  callMeasured(await client.load('@test/fma'));
  await client.close();
  assert.equal((await session.seen()).batches.length, 1);
});

test('off: nothing measured, nothing kept, nothing sent', async (t) => {
  const session = await startSession(t);
  for (const options of [{ telemetry: 'off' }, { telemetry: 'on', env: { DO_NOT_TRACK: '1' } }] as const) {
    const client = session.client(options);
    assert.equal(client.telemetry.on, false);
    const fma = await client.load('@test/fma');
    for (let call = 0; call < 40; call++) fma.callSync([1, 2]);
    await client.flush();
    await client.close();
  }
  const client = session.client({ telemetry: 'on' });
  callMeasured(await client.load('@test/fma'));
  await session.fault('broken');
  await client.flush();
  await client.telemetry.off();
  await session.fault('none');
  await client.flush();
  assert.deepEqual(queueFiles(session.cacheDir), []);
  assert.deepEqual((await session.seen()).batches, []);
});

test('forgetting: off from now on, and the service is asked to delete the device', async (t) => {
  const session = await startSession(t);
  const asked: string[] = [];
  const recording: typeof fetch = async (input, init) => {
    if (init?.method !== 'DELETE') return fetch(input, init);
    asked.push(new URL(String(input)).pathname.split('/').slice(-3).join('/'));
    return Response.json({ status: 'accepted' }, { status: 202 });
  };
  const client = session.client({ telemetry: 'on', deviceId: 'a-device-of-tests', fetch: recording });
  callMeasured(await client.load('@test/fma'));
  assert.equal(await client.forget(), true);
  assert.deepEqual(asked, ['telemetry/devices/a-device-of-tests']);
  assert.equal(client.telemetry.on, false);
  await client.close();
  assert.deepEqual((await session.seen()).batches, []);
});

test('flushes by itself every minute, and sooner or later after a failure', async (t) => {
  const session = await startSession(t);
  const due: { delayMs: number; run: () => void }[] = [];
  const clock = {
    nowMs: () => Date.now(),
    ticksNs: () => 0,
    later(delayMs: number, run: () => void) {
      due.push({ delayMs, run });
      return () => undefined;
    },
  };
  const client = session.client({ telemetry: 'on', clock, random: () => 0.5 });
  callMeasured(await client.load('@test/fma'));
  /** Runs what is due next and waits until the next run is planned. */
  const pass = async () => {
    const next = due.shift();
    next?.run();
    while (due.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return next?.delayMs;
  };
  await session.fault('broken');
  assert.equal(await pass(), 60_000);
  assert.equal(await pass(), 500, 'half of the first second');
  await session.fault('none');
  assert.equal(await pass(), 1000, 'half of two seconds');
  assert.equal((await session.seen()).batches.length, 1);
  assert.equal(due[0]?.delayMs, 60_000);
});

test('Retry-After is kept', async (t) => {
  const session = await startSession(t);
  let nowMs = Date.now();
  const clock = { nowMs: () => nowMs, ticksNs: () => 0, later: () => () => undefined };
  const store = createMemoryStore();
  const queue = createQueue(store, 'queue');
  const platform = { fetch, clock, random: () => 0.5, log: () => undefined };
  const sender = createSender(platform, `${session.baseUrl}/v1/telemetry`, queue);
  await queue.push({ ...emptyBatch, batchId: uuidV7(nowMs, Math.random) });
  await session.fault('rate-limited');
  assert.deepEqual(await sender.send(), { sent: 0, refused: 0, left: 1 });
  assert.equal(sender.waitMs(), 7000);
  await session.fault('none');
  nowMs += 6999;
  assert.equal((await sender.send()).sent, 0, 'still quiet');
  nowMs += 1;
  assert.equal((await sender.send()).sent, 1);
  assert.equal(sender.waitMs(), 0);
});

const emptyBatch: TelemetryBatch = {
  version: 1,
  batchId: '',
  token: 'token-of-sixteen-or-more',
  tag: '@test/fma',
  variant: OTHER,
  cause: 'auto',
  device: { target: 'wasm32', isaLevel: 'wasm-mvp' } as TelemetryBatch['device'],
  sealedAtMs: 0,
  records: [],
};

test('the queue is bounded: the oldest go first and are counted', async () => {
  const queue = createQueue(createMemoryStore(), 'queue', { maxBatches: 3, maxBytes: 1e6 });
  const ids = Array.from({ length: 5 }, (_, index) => uuidV7(1_700_000_000_000 + index, () => 0.5));
  for (const batchId of ids) await queue.push({ ...emptyBatch, batchId });
  const kept = (await queue.all()).map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)).batchId);
  assert.deepEqual(kept, ids.slice(2));
  assert.equal(queue.dropped(), 2);
  const narrow = createQueue(createMemoryStore(), 'queue', { maxBatches: 99, maxBytes: 500 });
  for (const batchId of ids) await narrow.push({ ...emptyBatch, batchId });
  assert.ok((await narrow.all()).length < 5 && narrow.dropped() > 0);
});

test('the recorder is bounded too', () => {
  const recorder = createRecorder(
    { nowMs: () => 0, ticksNs: () => 0, later: () => () => undefined },
    () => 0.5,
  );
  const { token, tag, variant, cause } = emptyBatch;
  const record = { node: 0, features: [], calls: 1, totalNs: 5, minNs: 5, maxNs: 5, samplesNs: [5] };
  recorder.add({ token, tag, variant, cause }, Array(1100).fill(record));
  assert.equal(recorder.dropped(), 76);
  assert.equal(recorder.seal(emptyBatch.device).length, 8);
  assert.deepEqual(recorder.seal(emptyBatch.device), []);
});
