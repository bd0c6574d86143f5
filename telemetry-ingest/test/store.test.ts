// The ClickHouse store, one suite on both forms: embedded in this process, and over HTTP against the development
// server. Also what both forms must never do: let one query's settings or parameters reach the next.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { latencyBucket } from '@everypath/schema';
import { type ClickHouse, openClickHouse } from '../src/clickhouse/open.ts';
import { createClickHouseStore, isPoison, type SegmentFrames } from '../src/clickhouse/store.ts';
import { encodeFrame, type SpooledBatch } from '../src/spool/frame.ts';
import { type ServerProcess, startServerProcess } from './dev-server-process.ts';
import { spooledBatch } from './spooled-batch.ts';

const root = mkdtempSync(join(tmpdir(), 'everypath-store-'));
after(() => rmSync(root, { recursive: true, force: true }));

const segment = (batches: readonly SpooledBatch[], id = `000000000001-${randomUUID()}`): SegmentFrames => ({
  id,
  content: Buffer.concat(batches.map(encodeFrame)),
  samples: batches.reduce((sum, batch) => sum + batch.samples, 0),
  rejected: batches.reduce((sum, batch) => sum + batch.rejected, 0),
});

for (const kind of ['embedded', 'server'] as const) {
  describe(`ClickHouse, ${kind}`, () => {
    let server: ServerProcess | undefined;
    let clickhouse: ClickHouse;

    before(async () => {
      if (kind === 'embedded') {
        clickhouse = openClickHouse({ path: join(root, 'embedded') });
      } else {
        server = await startServerProcess(join(root, 'server'));
        clickhouse = openClickHouse({
          url: server.url,
          username: 'default',
          password: 'secret',
          database: 'every`path',
        });
      }
    });
    after(async () => {
      await clickhouse.close();
      await server?.stop();
    });

    async function rows<T>(query: string, query_params: Record<string, unknown> = {}): Promise<T[]> {
      const result = await clickhouse.client.query({ query, format: 'JSONEachRow', query_params });
      return result.json<T>();
    }
    const number = async (expression: string, query_params: Record<string, unknown> = {}): Promise<number> =>
      (await rows<{ n: number }>(`SELECT toFloat64(${expression}) AS n`, query_params))[0]?.n ?? Number.NaN;
    const store = () => createClickHouseStore(clickhouse, join(root, 'loading'));

    test('a segment counts once, whatever the number of attempts', async () => {
      await store().migrate();
      const batches = Array.from({ length: 20 }, () => spooledBatch());
      const lines = segment(batches);
      const ids = batches.map(({ batch_id }) => batch_id);
      const mine = { ids };
      for (let attempt = 0; attempt < 3; attempt++) {
        await store().load(lines);
        assert.equal(
          await number('(SELECT count() FROM op_sample WHERE batch_id IN {ids:Array(UUID)})', mine),
          100,
        );
        assert.equal(
          await number('(SELECT sum(calls) FROM op_sample WHERE batch_id IN {ids:Array(UUID)})', mine),
          2140,
        );
        assert.equal(
          await number(
            '(SELECT sum(length(latencies)) FROM op_session WHERE batch_id IN {ids:Array(UUID)})',
            mine,
          ),
          100,
        );
        assert.equal(
          await number('(SELECT sum(calls) FROM op_session WHERE batch_id IN {ids:Array(UUID)})', mine),
          2140,
        );
        assert.equal(
          await number('(SELECT count() FROM rejected WHERE batch_id IN {ids:Array(UUID)})', mine),
          20,
        );
        assert.equal(
          await number('(SELECT count() FROM receipt WHERE batch_id IN {ids:Array(UUID)})', mine),
          20,
        );
        assert.equal(await number(`(SELECT sum(samples) FROM op_hist WHERE operator = 'o2')`), 60);
        assert.equal(
          await number(`(SELECT sum(calls) FROM op_hist WHERE operator = 'o2')`),
          await number(`(SELECT sum(calls) FROM op_sample WHERE operator = 'o2')`),
        );
      }
      assert.deepEqual(
        await store().counted([...ids, randomUUID()]),
        new Map(ids.map((id) => [id, lines.id])),
      );
      const [row] = await rows(
        `SELECT operator, features, work_bucket, node, toString(device) AS device, latency_ns, calls, cause
         FROM op_sample WHERE batch_id = {id:UUID} AND latency_ns = 20.5`,
        { id: ids[0] },
      );
      assert.deepEqual(row, {
        operator: "o'1\\",
        features: [1.5, 2],
        work_bucket: 2,
        node: 0,
        device: '18446744073709551615',
        latency_ns: 20.5,
        calls: 50,
        cause: 'auto',
      });
      const buckets = await rows<{ bucket: number }>(
        `SELECT latency_bucket AS bucket FROM op_hist WHERE operator = 'o2' GROUP BY bucket ORDER BY bucket`,
      );
      assert.deepEqual(
        buckets.map(({ bucket }) => bucket),
        [1000, 2000, 3_600_000_000_000].map(latencyBucket),
      );
    });

    test('a segment that was half loaded is completed, not repeated', async () => {
      await store().migrate();
      const batch = spooledBatch();
      const lines = segment([batch]);
      // As after a crash between the samples and the receipt: the receipts' table refuses once.
      await clickhouse.writer.command({ query: 'RENAME TABLE receipt TO receipt_away' });
      await assert.rejects(store().load(lines), (error) => !isPoison(error));
      await clickhouse.writer.command({ query: 'RENAME TABLE receipt_away TO receipt' });
      await store().load(lines);
      assert.equal(
        await number('(SELECT count() FROM op_sample WHERE batch_id = {id:UUID})', { id: batch.batch_id }),
        5,
      );
      assert.equal(
        await number('(SELECT count() FROM receipt WHERE batch_id = {id:UUID})', { id: batch.batch_id }),
        1,
      );
    });

    test('a segment is one block, because its token covers one', async () => {
      await store().migrate();
      const samples_ns = Array.from({ length: 512 }, (_, record) =>
        Array.from({ length: 32 }, (_, sample) => record + sample),
      );
      const wide = Array.from({ length: 12 }, () =>
        spooledBatch({
          samples: 512 * 32,
          operator: samples_ns.map(() => 'wide'),
          specialization: samples_ns.map(() => 's'),
          operator_variant: samples_ns.map(() => 'v'),
          features: samples_ns.map(() => [1]),
          work_bucket: samples_ns.map(() => 1),
          node: samples_ns.map(() => 0),
          calls: samples_ns.map(() => 32),
          samples_ns,
        }),
      );
      const parts = () =>
        number(
          `(SELECT sum(rows) FROM system.parts WHERE table = 'op_session' AND active AND level = 0 AND rows = ${12 * 512})`,
        );
      await store().load(segment(wide));
      assert.equal(await parts(), 12 * 512);
    });

    test('data that cannot be loaded is told apart from a database that cannot load', async () => {
      await store().migrate();
      const lines = segment([spooledBatch({ cause: 'no such cause' })]);
      await assert.rejects(store().load(lines), isPoison);
      await store().load(segment([spooledBatch()]));
    });

    test('parameters are values, never SQL, and do not outlive their query', async () => {
      const nasty = "it's \\ \n\t {n:UInt32} '; DROP TABLE op_sample; --";
      const [row] = await rows(
        'SELECT {text:String} AS text, {list:Array(String)} AS list, {n:UInt32} AS n, {xs:Array(Float64)} AS xs',
        {
          text: nasty,
          list: ["a'b", 'c\\d'],
          n: 7,
          xs: [1.5, 2],
        },
      );
      assert.deepEqual(row, { text: nasty, list: ["a'b", 'c\\d'], n: 7, xs: [1.5, 2] });
      await assert.rejects(rows('SELECT {text:String} AS text'), /text/);
      await assert.rejects(rows('SELECT {n:UInt32} AS n', { n: '1 OR 1' }));
    });

    test('settings do not outlive their query', async () => {
      const max = "(SELECT value FROM system.settings WHERE name = 'max_result_rows')";
      await rows('SELECT 1 SETTINGS max_result_rows = 7');
      assert.equal(await number(max), 0);
      const perQuery = () =>
        clickhouse.client.query({ query: 'SELECT 1', clickhouse_settings: { max_result_rows: '8' } });
      if (kind === 'embedded') await assert.rejects(perQuery, /Put SETTINGS in the SQL/);
      else await (await perQuery()).json();
      assert.equal(await number(max), 0);

      await clickhouse.writer.command({
        query:
          'CREATE TABLE leak (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
      });
      await clickhouse.writer.command({
        query: "INSERT INTO leak SETTINGS insert_deduplication_token = 't' SELECT 1",
      });
      await clickhouse.writer.insert({ table: 'leak', values: [{ a: 2 }], format: 'JSONEachRow' });
      await clickhouse.client.insert({ table: 'leak', values: [{ a: 3 }], format: 'JSONEachRow' });
      await clickhouse.writer.command({
        query: "INSERT INTO leak SETTINGS insert_deduplication_token = 't' SELECT 4",
      });
      assert.deepEqual(await rows('SELECT a FROM leak ORDER BY a'), [{ a: 1 }, { a: 2 }, { a: 3 }]);
    });

    test('errors carry ClickHouse’s code and type', async () => {
      await assert.rejects(rows('SELECT * FROM no_such_table'), { code: '60', type: 'UNKNOWN_TABLE' });
      await assert.rejects(rows('SELECT throwIf(1)'), { code: '395' });
      assert.equal((await clickhouse.client.ping({ select: true })).success, true);
      assert.equal((await clickhouse.client.ping({ select: false })).success, true);
    });
  });
}
