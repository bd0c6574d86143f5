// The ingest when something around it fails: ClickHouse away, the disk full, a segment that ClickHouse refuses,
// bytes that the disk altered, a process that is killed. Acknowledged samples are counted, once, in the end.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createIngest, type Ingest, type IngestOptions, isBalanced, openClickHouse } from '../src/index.ts';
import { encodeFrame, readHead } from '../src/spool/frame.ts';
import { nodeSpoolFs, type SpoolFs } from '../src/spool/spool-fs.ts';
import { startServerProcess } from './dev-server-process.ts';
import { sampleBatch, sampleCatalog, sampleTokens } from './sample-program.ts';
import { spooledBatch } from './spooled-batch.ts';

const root = mkdtempSync(join(tmpdir(), 'everypath-faults-'));
after(() => rmSync(root, { recursive: true, force: true }));

const still = { nowMs: () => Date.now(), after: () => () => {} };

const openIngest = (
  options: Partial<IngestOptions> & Pick<IngestOptions, 'clickhouse' | 'spoolDir'>,
): Promise<Ingest> =>
  createIngest({ catalog: sampleCatalog, tokens: sampleTokens, clock: still, ...options });

const post = async (ingest: Ingest, batch: unknown = sampleBatch()): Promise<Response> =>
  ingest.app.request('/v1/telemetry', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(batch),
  });

test('while ClickHouse is away the spool takes what fits, then says when to come back; then all of it is stored', async () => {
  const path = join(root, 'server');
  let server = await startServerProcess(path);
  const port = Number(new URL(server.url).port);
  const clickhouse = openClickHouse({ url: server.url, password: 'secret' });
  const count = async (): Promise<number> => {
    const result = await clickhouse.client.query({
      query: 'SELECT count() AS n FROM op_sample',
      format: 'JSONEachRow',
    });
    return (await result.json<{ n: number }>())[0]?.n ?? -1;
  };
  const ingest = await openIngest({
    clickhouse,
    spoolDir: join(root, 'away'),
    limits: { spoolBytes: 5_000 },
  });
  assert.equal((await post(ingest)).status, 202);
  await ingest.flush();
  await server.stop();

  let accepted = 0;
  let response = await post(ingest);
  for (; response.status === 202; response = await post(ingest)) accepted++;
  assert.equal(response.status, 503);
  assert.equal(response.headers.get('retry-after'), '10');
  assert.ok(accepted >= 3, `${accepted} accepted`);
  await assert.rejects(ingest.flush());
  assert.deepEqual(await ingest.ready(), { ready: true, spool: 'ok', clickhouse: 'away' });
  assert.equal(ingest.stats().ledger.spooled, accepted * 6);
  assert.ok(isBalanced(ingest.stats().ledger));
  assert.match(ingest.stats().lastLoadError ?? '', /ECONNREFUSED/);

  server = await startServerProcess(path, port);
  await ingest.flush();
  assert.equal(await count(), (accepted + 1) * 6);
  assert.deepEqual(ingest.stats().ledger, {
    received: (accepted + 1) * 6,
    stored: (accepted + 1) * 6,
    rejected: 0,
    duplicate: 0,
    spooled: 0,
    setAside: 0,
  });
  assert.equal(ingest.stats().lastLoadError, undefined);
  assert.equal((await post(ingest)).status, 202);
  await ingest.close();
  assert.equal(await count(), (accepted + 2) * 6);
  await clickhouse.close();
  await server.stop();
});

test('the embedded engine: full disk, poison, damage', async (t) => {
  const clickhouse = openClickHouse({ path: join(root, 'embedded') });
  const count = async (): Promise<number> => {
    const result = await clickhouse.client.query({
      query: 'SELECT count() AS n FROM op_sample',
      format: 'JSONEachRow',
    });
    return (await result.json<{ n: number }>())[0]?.n ?? -1;
  };

  await t.test(
    'a full disk is a 507, nothing of the batch counts, and the same batch is taken later',
    async () => {
      let full = false;
      const fs: SpoolFs = {
        ...nodeSpoolFs,
        async create(path) {
          const file = await nodeSpoolFs.create(path);
          return {
            ...file,
            async write(bytes, offset) {
              await file.write(full ? bytes.subarray(0, 100) : bytes, offset);
              if (full) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
            },
          };
        },
      };
      const ingest = await openIngest({ clickhouse, spoolDir: join(root, 'full'), fs });
      assert.equal((await post(ingest)).status, 202);
      full = true;
      const batch = sampleBatch();
      const response = await post(ingest, batch);
      assert.equal(response.status, 507);
      assert.equal(response.headers.get('retry-after'), '30');
      assert.equal(ingest.stats().ledger.received, 6);
      full = false;
      assert.equal((await post(ingest, batch)).status, 202);
      await ingest.flush();
      assert.equal(await count(), 12);
      assert.ok(isBalanced(ingest.stats().ledger));
      await ingest.close();
    },
  );

  await t.test('a batch that ClickHouse refuses is set aside and reported; its neighbours load', async () => {
    const spoolDir = join(root, 'poison');
    await nodeSpoolFs.makeDirectory(spoolDir);
    const id = '000000000001-00000000-0000-4000-8000-000000000000';
    const bad = spooledBatch({ samples: 2, rejected: 0, cause: 'no such cause' });
    const good = Array.from({ length: 6 }, () => spooledBatch({ samples: 5, rejected: 0 }));
    const frames = [...good.slice(0, 4), bad, ...good.slice(4)].map(encodeFrame);
    writeFileSync(join(spoolDir, `${id}.sealed`), Buffer.concat(frames));
    const before = await count();
    const ingest = await openIngest({ clickhouse, spoolDir });
    assert.equal((await post(ingest)).status, 202);
    await ingest.flush();
    assert.equal(await count(), before + 36);
    assert.deepEqual(ingest.stats().ledger, {
      received: 38,
      stored: 36,
      rejected: 0,
      duplicate: 0,
      spooled: 0,
      setAside: 2,
    });
    assert.equal(ingest.stats().poisonSegments, 1);
    const [file = ''] = readdirSync(join(spoolDir, 'aside'));
    assert.match(file, /\.poison$/);
    assert.equal(readHead(readFileSync(join(spoolDir, 'aside', file)))?.batchId, bad.batch_id);
    await ingest.close();
  });

  await t.test(
    'a line that the disk altered is found by its checksum; its neighbours are stored',
    async () => {
      const spoolDir = join(root, 'damage');
      const ingest = await openIngest({ clickhouse, spoolDir });
      for (let n = 0; n < 3; n++) assert.equal((await post(ingest)).status, 202);
      const [name = ''] = readdirSync(spoolDir).filter((file) => file.endsWith('.open'));
      const content = readFileSync(join(spoolDir, name));
      const middle = Math.floor(content.length / 2);
      content[middle] = (content[middle] ?? 0) ^ 1;
      writeFileSync(join(spoolDir, name), content);
      const before = await count();
      await ingest.flush();
      assert.equal(await count(), before + 12);
      assert.deepEqual(ingest.stats().ledger, {
        received: 18,
        stored: 12,
        rejected: 0,
        duplicate: 0,
        spooled: 0,
        setAside: 6,
      });
      assert.equal(ingest.stats().damagedLines, 1);
      await ingest.close();
    },
  );
  await clickhouse.close();
});

test('killed at any moment over the embedded engine: every acknowledged batch counts exactly once', async () => {
  const directory = join(root, 'killed');
  const program = fileURLToPath(new URL('./ingest-process.ts', import.meta.url));
  const start = async () => {
    const child = spawn(process.execPath, [program, directory], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const exited = once(child, 'exit');
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    return { child, exited, url: `${line.toString().trim()}/v1/telemetry` };
  };
  const acknowledged = new Map<string, number>();
  const unsure: ReturnType<typeof sampleBatch>[] = [];
  const send = async (url: string, batch: ReturnType<typeof sampleBatch>): Promise<boolean> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(batch),
    });
    await response.text();
    if (response.status === 202) acknowledged.set(batch.batchId, 6);
    return response.status === 202;
  };
  for (let round = 0; round < 2; round++) {
    const { child, exited, url } = await start();
    // What was under way at the last kill is sent again, as a device would.
    for (const batch of unsure.splice(0)) assert.ok(await send(url, batch));
    let running = true;
    const target = acknowledged.size + 40 + 25 * round;
    const devices = Array.from({ length: 8 }, async () => {
      while (running) {
        const batch = sampleBatch();
        try {
          await send(url, batch);
        } catch {
          unsure.push(batch);
          return;
        }
        if (acknowledged.size >= target && running) {
          running = false;
          child.kill('SIGKILL');
        }
      }
    });
    await Promise.all(devices);
    await exited;
  }
  assert.ok(acknowledged.size > 60, `${acknowledged.size} acknowledged`);
  const { child, exited, url } = await start();
  for (const batch of unsure.splice(0)) assert.ok(await send(url, batch));
  const stats = (await (await fetch(new URL('/flush', url), { method: 'POST' })).json()) as {
    readonly stored: number;
    readonly batches: Record<string, number>;
    readonly hist: number;
    readonly balanced: boolean;
  };
  assert.ok(stats.balanced);
  // A batch whose acknowledgement the kill cut off was sent again: it is in this map too.
  assert.deepEqual(new Map(Object.entries(stats.batches)), new Map([...acknowledged].sort()));
  assert.equal(stats.stored, acknowledged.size * 6);
  assert.equal(stats.hist, stats.stored);
  child.kill('SIGTERM');
  await exited;
});
