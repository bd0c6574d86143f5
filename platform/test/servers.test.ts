// The same platform over database servers: PostgreSQL from the system's packages, and the development ClickHouse over
// HTTP. Skipped where no PostgreSQL is installed.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startServerProcess } from '../../telemetry-ingest/test/dev-server-process.ts';
import { startPostgres } from '../../variant-selector/test/postgres-server.ts';
import { startPlatform } from '../src/server.ts';
import { fetchByHand, publishByHand, reportByHand, TAG } from './world.ts';

const folder = await mkdtemp(join(tmpdir(), 'everypath-servers-'));
after(() => rm(folder, { recursive: true }));
const postgres = await startPostgres();

test('the loop over servers, by address', {
  skip: postgres ? false : 'PostgreSQL is not installed',
}, async () => {
  const clickhouse = await startServerProcess(join(folder, 'clickhouse'));
  try {
    const address = new URL(clickhouse.url);
    address.username = 'default';
    address.password = 'secret';
    const dataDir = join(folder, 'data');
    const options = {
      dataDir,
      port: 0,
      logLevel: 'error',
      postgresUrl: await postgres!.database(),
      clickhouseUrl: address.href,
    } as const;
    const platform = await startPlatform(options);
    assert.doesNotMatch(JSON.stringify(platform.databases), /secret|embedded/);
    await publishByHand(platform.url, platform.publishToken);
    const manifest = await fetchByHand(platform.url);
    assert.equal((await reportByHand(platform.url, manifest, randomUUID(), [500, 510, 490])).status, 202);
    await platform.flush();
    await platform.refit();
    await platform.close();
    assert.ok(!existsSync(join(dataDir, 'postgres')), 'no embedded Postgres was made');
    assert.ok(!existsSync(join(dataDir, 'clickhouse')), 'no embedded ClickHouse was made');

    const again = await startPlatform(options);
    const model = (await (await fetch(`${again.url}/functions/${TAG}.json`)).json()) as {
      variants: { measured: { samples: number } | null }[];
      decisions: unknown[];
    };
    assert.equal(model.variants[0]?.measured?.samples, 3);
    assert.equal(model.decisions.length, 1);
    await again.close();
  } finally {
    await clickhouse.stop();
    await postgres!.stop();
  }
});

test('a server that does not answer is named, without its password', async () => {
  const unreachable = startPlatform({
    dataDir: join(folder, 'unreachable'),
    port: 0,
    logLevel: 'silent',
    clickhouseUrl: 'http://default:secret@127.0.0.1:1/everypath',
  });
  await assert.rejects(unreachable, (error: Error & { code?: string }) => {
    assert.equal(error.code, 'EP_DATABASE');
    assert.match(error.message, /ClickHouse at 127\.0\.0\.1:1\/everypath cannot be used/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});
