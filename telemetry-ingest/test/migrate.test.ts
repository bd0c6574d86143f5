// Coming to the present schema: from nothing, from every version that held data, and with several instances that do so
// at the same moment, of which some are cut off in the middle.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { clickHouseSchema } from '@everypath/schema';
import { migrateClickHouse } from '../src/clickhouse/migrate.ts';
import { type ClickHouse, openClickHouse } from '../src/clickhouse/open.ts';
import { createOrder } from '../src/clickhouse/order.ts';
import { inTurn } from '../src/clickhouse/turn.ts';
import { systemClock, systemRandom } from '../src/system.ts';
import { type ServerProcess, startServerProcess } from './dev-server-process.ts';

const root = mkdtempSync(join(tmpdir(), 'everypath-migrate-'));
after(() => rmSync(root, { recursive: true, force: true }));

const { migrations } = clickHouseSchema;
const names = migrations.map(({ name }) => name);

const rows = async <T>({ client }: ClickHouse, query: string): Promise<T[]> =>
  (await client.query({ query, format: 'JSONEachRow' })).json<T>();
const number = async (clickhouse: ClickHouse, expression: string): Promise<number> =>
  (await rows<{ n: number }>(clickhouse, `SELECT toFloat64(${expression}) AS n`))[0]?.n ?? Number.NaN;

/** Everything that is stored or computed, as ClickHouse would create it again, without the database's name. */
async function definitions(clickhouse: ClickHouse): Promise<readonly string[]> {
  const tables = await rows<{ database: string; name: string; sql: string }>(
    clickhouse,
    `SELECT database, name, create_table_query AS sql FROM system.tables
     WHERE database = currentDatabase() AND name != 'migration_turn' ORDER BY name`,
  );
  return tables.map(({ database, name, sql }) => `${name}: ${sql.replaceAll(database, 'db')}`);
}

/** A database as the first version left it, with four samples. */
async function fillFirstVersion(clickhouse: ClickHouse): Promise<void> {
  const [first] = migrations;
  assert.ok(first);
  assert.deepEqual(await migrateClickHouse(clickhouse, { schema: { migrations: [first] } }), [first.name]);
  await clickhouse.writer.command({
    query: `INSERT INTO op_sample (operator, latency_ns, calls, received_at) SELECT 'old', 100, 3, now64(3) FROM numbers(4)`,
  });
  // Its receipt says that no spool has the batch any more.
  await clickhouse.writer.command({ query: 'INSERT INTO receipt (received_at) SELECT now64(3)' });
}

async function assertOldSamples(clickhouse: ClickHouse): Promise<void> {
  assert.equal(await number(clickhouse, `(SELECT sum(samples) FROM op_hist WHERE operator = 'old')`), 4);
  assert.equal(await number(clickhouse, `(SELECT sum(calls) FROM op_sample WHERE operator = 'old')`), 12);
}

for (const kind of ['embedded', 'server'] as const) {
  describe(`migrations, ${kind}`, () => {
    let server: ServerProcess | undefined;
    let clickhouse: ClickHouse;

    before(async () => {
      if (kind === 'server') server = await startServerProcess(join(root, 'old'));
      clickhouse = openClickHouse(
        server ? { url: server.url, password: 'secret' } : { path: join(root, 'embedded') },
      );
    });
    after(async () => {
      await clickhouse.close();
      await server?.stop();
    });

    test('bring an old database with data up to date, and run once', async () => {
      await fillFirstVersion(clickhouse);
      for (const [index, { id, name }] of migrations.entries()) {
        if (index === 0) continue;
        const known = { schema: { migrations: migrations.slice(0, index + 1) } };
        assert.deepEqual(await migrateClickHouse(clickhouse, known), [name]);
        // A crash before the migration was recorded: it runs again and counts nothing twice.
        await clickhouse.writer.command({
          query: `ALTER TABLE schema_migration DELETE WHERE id = ${id} SETTINGS mutations_sync = 2`,
        });
        assert.deepEqual(await migrateClickHouse(clickhouse, known), [name]);
        assert.equal(
          await number(clickhouse, `(SELECT count() FROM op_sample WHERE operator = 'old')`),
          4,
          name,
        );
      }
      assert.deepEqual(await migrateClickHouse(clickhouse), []);
      await assertOldSamples(clickhouse);
    });
  });
}

describe('migrations of several instances', () => {
  let server: ServerProcess;
  let databases = 0;
  const open = (database: string): ClickHouse =>
    openClickHouse({ url: server.url, password: 'secret', database });
  const inNewDatabase = async (
    run: (open: () => ClickHouse, clickhouse: ClickHouse) => Promise<void>,
  ): Promise<void> => {
    const database = `several_${databases++}`;
    const opened: ClickHouse[] = [];
    const openOne = (): ClickHouse => {
      const one = open(database);
      opened.push(one);
      return one;
    };
    try {
      await run(openOne, openOne());
    } finally {
      for (const one of opened) await one.close();
    }
  };
  /** A handle whose connection is cut after `statements` statements: the next reaches ClickHouse, its answer nobody. */
  const cutAfter = (clickhouse: ClickHouse, statements: number): ClickHouse => {
    let left = statements;
    const { writer } = clickhouse;
    const command: typeof writer.command = async (params) => {
      const answer = await writer.command(params);
      if (left-- === 0) throw new Error('cut');
      return answer;
    };
    return { ...clickhouse, writer: Object.assign(Object.create(writer), { command }) };
  };

  before(async () => {
    server = await startServerProcess(join(root, 'several'));
  });
  after(() => server.stop());

  test('an empty database comes to the same schema as an old one', async () => {
    await inNewDatabase(async (_, old) => {
      await migrateClickHouse(old, { schema: { migrations } });
      await inNewDatabase(async (_, empty) => {
        assert.deepEqual(await migrateClickHouse(empty), names);
        assert.deepEqual(await definitions(empty), await definitions(old));
        assert.deepEqual(await migrateClickHouse(empty), []);
      });
    });
  });

  test('an empty database is whole wherever one of two is cut off', async () => {
    await inNewDatabase(async (_, whole) => {
      await migrateClickHouse(whole);
      const expected = await definitions(whole);
      for (let statements = 0; statements < 11; statements++) {
        await inNewDatabase(async (open, second) => {
          const first = migrateClickHouse(cutAfter(open(), statements));
          const [cut] = await Promise.allSettled([first, migrateClickHouse(second)]);
          assert.deepEqual(await definitions(second), expected, `cut after ${statements}: ${cut.status}`);
          assert.deepEqual(await migrateClickHouse(second), []);
        });
      }
    });
  });

  test('an old database is brought up to date by one of them', async () => {
    await inNewDatabase(async (open, clickhouse) => {
      await fillFirstVersion(clickhouse);
      const ran = await Promise.all([clickhouse, open(), open()].map((one) => migrateClickHouse(one)));
      assert.deepEqual(ran.map(({ length }) => length).sort(), [0, 0, names.length - 1]);
      await assertOldSamples(clickhouse);
    });
  });

  test('an old database is whole wherever one of two is cut off', async () => {
    for (const statements of [3, 12, 24]) {
      await inNewDatabase(async (open, second) => {
        await fillFirstVersion(second);
        const first = migrateClickHouse(cutAfter(open(), statements), { leaseMs: 5_000 });
        const [, ran] = await Promise.allSettled([first, migrateClickHouse(second, { leaseMs: 5_000 })]);
        assert.equal(ran.status, 'fulfilled', `cut after ${statements}`);
        assert.deepEqual(await migrateClickHouse(second), []);
        await assertOldSamples(second);
      });
    }
  });

  test('a turn that is not kept up goes to who waits, and its holder hears of it', async () => {
    await inNewDatabase(async (_, clickhouse) => {
      // An old database, so that there is a table of turns.
      await migrateClickHouse(clickhouse, { schema: { migrations } });
      const order = createOrder(clickhouse.writer, 'migration_turn');
      const options = { order, random: systemRandom, clock: systemClock, leaseMs: 3_000 };
      // Its lease is what others go by, so it is theirs that is short.
      const hasty = { ...options, leaseMs: 300 };
      const stalled = { ...options, clock: { ...systemClock, after: () => () => {} } };
      const steps: string[] = [];
      let end = (): void => {};
      const lost = inTurn(stalled, async (keep) => {
        steps.push('first');
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        await keep();
      });
      while (steps.length < 1) await new Promise((resolve) => setTimeout(resolve, 20));
      await inTurn(hasty, async (keep) => {
        steps.push('second');
        await keep();
        end();
        await assert.rejects(lost, /another instance took over/);
        await keep();
      });
      assert.deepEqual(steps, ['first', 'second']);
      // Kept up for longer than a lease.
      const kept = inTurn(options, async (keep) => {
        steps.push('third');
        await new Promise((resolve) => setTimeout(resolve, 3_500));
        await keep();
      });
      while (steps.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
      await inTurn(options, async () => void steps.push('fourth'));
      await kept;
      assert.deepEqual(steps.slice(2), ['third', 'fourth']);
    });
  });
});
