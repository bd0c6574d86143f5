// Leaving: a device that asks is gone from ClickHouse, from the spool and from what was set aside, and the others stay;
// also when the service dies in between, and while ClickHouse is away.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hashDevice } from '../src/edge/identity.ts';
import { replayAside } from '../src/replay.ts';
import { encodeFrame, scanFrames } from '../src/spool/frame.ts';
import { nodeSpoolFs } from '../src/spool/spool-fs.ts';
import { openIngest, root, rows, send, useClickHouse } from './ingest-under-test.ts';
import { sampleBatch, signToken } from './sample-program.ts';
import { spooledBatch } from './spooled-batch.ts';

useClickHouse();

const GONE = 'device-that-leaves';
const STAYS = 'device-that-stays';
const of = (deviceId: string) => sampleBatch({ token: signToken({ deviceId }) });

async function samplesOf(deviceId: string): Promise<number> {
  const device = hashDevice('', deviceId).toString();
  const [row] = await rows<{ n: number }>(`SELECT count() AS n FROM op_sample WHERE device = ${device}`);
  return row?.n ?? -1;
}

const ask = async (ingest: Awaited<ReturnType<typeof openIngest>>, deviceId: string) =>
  ingest.app.request(`/v1/telemetry/devices/${deviceId}`, { method: 'DELETE' });

test('a device is forgotten, stored or spooled, across a restart, and nobody else is', async () => {
  const spoolDir = join(root, 'forget');
  let ingest = await openIngest({ spoolDir });
  await send(ingest, of(GONE));
  await send(ingest, of(STAYS));
  await ingest.flush();
  await send(ingest, of(GONE));
  await send(ingest, of(STAYS));
  const aside = join(spoolDir, 'aside');
  mkdirSync(aside, { recursive: true });
  const kept = encodeFrame(spooledBatch());
  const left = encodeFrame(spooledBatch({ device: hashDevice('', GONE) }));
  writeFileSync(join(aside, 'a.poison'), left);
  writeFileSync(join(aside, 'b.damaged'), Buffer.concat([kept, left]));
  assert.equal((await ask(ingest, GONE)).status, 202);
  assert.equal((await ask(ingest, 'short')).status, 400);
  assert.equal(await samplesOf(GONE), 6, 'nothing is deleted before the spool is loaded');
  assert.deepEqual(readdirSync(join(spoolDir, 'forget')), [hashDevice('', GONE).toString()]);
  await ingest.close();
  ingest = await openIngest({ spoolDir });
  await ingest.flush();
  assert.equal(await samplesOf(GONE), 0);
  assert.equal(await samplesOf(STAYS), 12);
  assert.deepEqual(readdirSync(join(spoolDir, 'forget')), []);
  assert.deepEqual(readdirSync(aside), ['b.damaged']);
  assert.deepEqual(readFileSync(join(aside, 'b.damaged')), kept);
  await ingest.close();
});

test('deletions have a rate', async () => {
  const ingest = await openIngest({ limits: { forgetPerMinute: 2 } });
  assert.deepEqual(
    [(await ask(ingest, GONE)).status, (await ask(ingest, GONE)).status, (await ask(ingest, GONE)).status],
    [202, 202, 429],
  );
  assert.equal((await ask(ingest, GONE)).headers.get('retry-after'), '30');
  await ingest.close();
});

test('a spool directory is one process’s at a time', async () => {
  const spoolDir = join(root, 'locked');
  const ingest = await openIngest({ spoolDir });
  await assert.rejects(openIngest({ spoolDir }), /in use by another process/);
  await ingest.close();
  await (await openIngest({ spoolDir })).close();
});

test('what was set aside can be handed back, under another name, and counts once', async () => {
  const spoolDir = join(root, 'replay');
  const aside = join(spoolDir, 'aside');
  mkdirSync(aside, { recursive: true });
  const name = '000000000007-00000000-0000-4000-8000-000000000000';
  writeFileSync(join(aside, `${name}.poison`), encodeFrame(spooledBatch({ samples: 5, rejected: 0 })));
  writeFileSync(join(aside, 'x.damaged'), 'kept for people');
  assert.equal(await replayAside(spoolDir, nodeSpoolFs, () => crypto.randomUUID()), 1);
  const [replayed = ''] = readdirSync(spoolDir).filter((file) => file.endsWith('.sealed'));
  assert.notEqual(replayed, `${name}.sealed`);
  const [frame] = scanFrames(readFileSync(join(spoolDir, replayed))).frames;
  const ingest = await openIngest({ spoolDir });
  await ingest.flush();
  assert.equal(ingest.stats().ledger.stored, 5);
  const [row] = await rows<{ n: number }>('SELECT count() AS n FROM op_sample WHERE batch_id = {id:UUID}', {
    id: frame?.head?.batchId,
  });
  assert.equal(row?.n, 5);
  assert.deepEqual(readdirSync(aside), ['x.damaged']);
  await ingest.close();
});
