// One batch at several instances that share a ClickHouse: whoever claims it first counts it, the others wait for the
// receipt, and nothing that one of them does at the same moment makes it count twice or not at all.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createClaims } from '../src/clickhouse/claims.ts';
import {
  type ClickHouse,
  createIngest,
  type Ingest,
  migrateClickHouse,
  openClickHouse,
} from '../src/index.ts';
import { spoolIdentity } from '../src/spool/identity.ts';
import { nodeSpoolFs } from '../src/spool/spool-fs.ts';
import { systemClock, systemRandom } from '../src/system.ts';
import { type ServerProcess, startServerProcess } from './dev-server-process.ts';
import { sampleBatch, sampleCatalog, samplesOf, sampleTokens } from './sample-program.ts';

const root = mkdtempSync(join(tmpdir(), 'everypath-claims-'));
let server: ServerProcess;
let clickhouse: ClickHouse;

before(async () => {
  server = await startServerProcess(join(root, 'server'));
  clickhouse = openClickHouse({ url: server.url, password: 'secret' });
  await migrateClickHouse(clickhouse);
});
after(async () => {
  await clickhouse.close();
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

const instance = (name: string): Promise<Ingest> =>
  createIngest({
    clickhouse,
    catalog: sampleCatalog,
    tokens: sampleTokens,
    spoolDir: join(root, name),
    clock: { ...systemClock, after: () => () => {} },
  });

const send = async (ingest: Ingest, batch: unknown): Promise<void> => {
  const response = await ingest.app.request('/v1/telemetry', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(batch),
  });
  assert.equal(response.status, 202, await response.text());
};

const rowsOf = async (batchId: string): Promise<number> => {
  const result = await clickhouse.client.query({
    query: 'SELECT toUInt32(count()) AS n FROM op_sample WHERE batch_id = {id:UUID}',
    format: 'JSONEachRow',
    query_params: { id: batchId },
  });
  return (await result.json<{ n: number }>())[0]?.n ?? -1;
};

test('of many claims made at once, each batch has one owner, who keeps it', async () => {
  const spools = Array.from({ length: 3 }, () => randomUUID());
  const claims = spools.map((spool) => createClaims(clickhouse.writer, spool, systemRandom));
  for (let round = 0; round < 3; round++) {
    const ids = Array.from({ length: 4 }, () => randomUUID());
    const claimOnce = () => Promise.all(claims.map((own) => own.claim(ids, false)));
    const first = await claimOnce();
    for (const id of ids) {
      const owners = first.filter((elsewhere) => !elsewhere.has(id)).length;
      assert.ok(owners <= 1, `${owners} owners`);
    }
    const second = await claimOnce();
    for (const id of ids) {
      assert.equal(second.filter((elsewhere) => !elsewhere.has(id)).length, 1);
      for (const [index, elsewhere] of second.entries())
        assert.ok(first[index]?.has(id) || !elsewhere.has(id), 'an owner lost a batch');
    }
  }
});

test('a claim may be of more batches than one statement can name', async () => {
  const ids = Array.from({ length: 9_000 }, () => randomUUID());
  const [first, second] = [0, 1].map(() => createClaims(clickhouse.writer, randomUUID(), systemRandom));
  assert.equal((await first!.claim(ids, false)).size, 0);
  assert.equal((await second!.claim(ids, false)).size, ids.length);
});

test('a batch at two instances that load at the same moment is counted once', async () => {
  const [left, right] = await Promise.all([instance('left'), instance('right')]);
  const batches = Array.from({ length: 8 }, () => sampleBatch());
  for (const batch of batches) await Promise.all([send(left, batch), send(right, batch)]);
  const only = sampleBatch();
  await send(right, only);
  const instances = [left, right];
  // Whoever came second waits for the first, and then finds the receipts.
  for (let failed = 2; failed > 0; ) {
    const flushed = await Promise.allSettled(instances.map((ingest) => ingest.flush()));
    failed = flushed.filter(({ status }) => status === 'rejected').length;
  }
  for (const batch of [...batches, only]) assert.equal(await rowsOf(batch.batchId), samplesOf(batch));
  const ledgers = instances.map((ingest) => ingest.stats().ledger);
  const sum = (field: 'stored' | 'duplicate' | 'spooled'): number =>
    ledgers.reduce((all, ledger) => all + ledger[field], 0);
  assert.equal(sum('stored'), 9 * 6);
  assert.equal(sum('duplicate'), 8 * 6);
  assert.equal(sum('spooled'), 0);
  await Promise.all(instances.map((ingest) => ingest.close()));
});

test('a copy waits while its owner is away, and is counted when the owner gives it up', async () => {
  const batch = sampleBatch();
  const other = sampleBatch();
  const owner = createClaims(clickhouse.writer, randomUUID(), systemRandom);
  assert.equal((await owner.claim([batch.batchId], false)).size, 0);
  const ingest = await instance('waiting');
  await send(ingest, batch);
  await send(ingest, other);
  const claims = async (): Promise<number> => {
    const result = await clickhouse.client.query({
      query: 'SELECT toUInt32(count()) AS n FROM batch_claim',
      format: 'JSONEachRow',
    });
    return (await result.json<{ n: number }>())[0]?.n ?? -1;
  };
  await assert.rejects(ingest.flush(), /wait for another instance/);
  const made = await claims();
  await assert.rejects(ingest.flush(), /wait for another instance/);
  assert.equal(await claims(), made, 'waiting makes no further claims');
  assert.equal(ingest.stats().ledger.spooled, 12);
  assert.equal(await rowsOf(batch.batchId), 0);
  await owner.release([batch.batchId]);
  await ingest.flush();
  assert.equal(await rowsOf(batch.batchId), 6);
  assert.equal(await rowsOf(other.batchId), 6);
  assert.equal(ingest.stats().ledger.spooled, 0);
  await ingest.close();
});

test('a spool keeps its name, and a name that was cut short is made again', async () => {
  const directory = join(root, 'named');
  const name = await spoolIdentity(directory, nodeSpoolFs, systemRandom);
  assert.equal(await spoolIdentity(directory, nodeSpoolFs, systemRandom), name);
  writeFileSync(join(directory, 'identity'), name.slice(0, 20));
  const next = await spoolIdentity(directory, nodeSpoolFs, systemRandom);
  assert.notEqual(next, name);
  assert.equal(readFileSync(join(directory, 'identity'), 'utf8'), next);
});
