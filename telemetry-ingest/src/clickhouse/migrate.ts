// Brings a ClickHouse database to the schema that this version expects, whatever it holds by now. Instances that share
// a server start at the same moment: an empty database is only ever added to, which any number may do at once, and an
// old one, from which migrations also take away, is brought up to date by one instance at a time.

import {
  type ClickHouseSchema,
  CREATE_MIGRATION,
  CREATE_MIGRATION_TURN,
  clickHouseSchema,
  onCluster,
} from '@everypath/schema';
import type { Clock, Random } from '../ports.ts';
import { systemClock, systemRandom } from '../system.ts';
import type { ClickHouse } from './open.ts';
import { createOrder, READ, WRITTEN } from './order.ts';
import { inTurn } from './turn.ts';

export interface MigrateOptions {
  readonly schema?: ClickHouseSchema;
  readonly clock?: Clock;
  readonly random?: Random;
  /** How long other instances wait for one that was killed while it migrated. */
  readonly leaseMs?: number;
}

type Database = Pick<ClickHouse, 'ensureDatabase' | 'writer' | 'cluster' | 'kind'>;

/** Runs the migrations that have not run yet, in order, and returns their names. Safe to run again, also after a crash. */
export async function migrateClickHouse(
  clickhouse: Database,
  options: MigrateOptions = {},
): Promise<readonly string[]> {
  const { schema = clickHouseSchema, clock = systemClock, random = systemRandom, leaseMs = 30_000 } = options;
  const { create, migrations } = schema;
  const run = statementRunner(clickhouse);
  await clickhouse.ensureDatabase();
  await run(CREATE_MIGRATION);
  const applied = await appliedIds(clickhouse);
  if (migrations.every(({ id }) => applied.has(id))) return [];
  if (create !== undefined && applied.size === 0 && !(await holdsFirstSchema(clickhouse))) {
    for (const statement of create) await run(statement);
    await record(clickhouse, migrations);
    return migrations.map(({ name }) => name);
  }
  // Only this process can write to an embedded engine.
  if (clickhouse.kind === 'embedded') return await migrate(clickhouse, schema, async () => {});
  await run(CREATE_MIGRATION_TURN);
  const order = createOrder(clickhouse.writer, 'migration_turn');
  return await inTurn({ order, clock, random, leaseMs }, (keep) => migrate(clickhouse, schema, keep));
}

/** `keep` is called before each statement. */
async function migrate(
  clickhouse: Database,
  { migrations }: ClickHouseSchema,
  keep: () => Promise<void>,
): Promise<readonly string[]> {
  const run = statementRunner(clickhouse);
  const applied = await appliedIds(clickhouse);
  const names: string[] = [];
  for (const migration of migrations) {
    const { id, name, statements } = migration;
    if (applied.has(id)) continue;
    for (const [index, statement] of statements.entries()) {
      await keep();
      // A server does not run two queries of one id: what a killed instance left running there is waited for.
      await run(statement, `everypath-migration-${id}-${index}`);
    }
    await keep();
    await record(clickhouse, [migration]);
    names.push(name);
  }
  return names;
}

const statementRunner =
  ({ writer, cluster }: Database) =>
  async (statement: string, queryId?: string): Promise<void> => {
    const queries = cluster === undefined ? [statement] : onCluster(statement, cluster);
    for (const [part, query] of queries.entries())
      await writer.command({ query, ...(queryId === undefined ? {} : { query_id: `${queryId}-${part}` }) });
  };

async function record(
  { writer, kind }: Database,
  migrations: readonly { readonly id: number; readonly name: string }[],
): Promise<void> {
  await writer.command({
    query: `INSERT INTO schema_migration
      SELECT migration.1, migration.2, now64(3)
      FROM (SELECT arrayJoin(arrayZip({ids:Array(UInt32)}, {names:Array(String)})) AS migration)`,
    query_params: { ids: migrations.map(({ id }) => id), names: migrations.map(({ name }) => name) },
    ...(kind === 'server' ? { clickhouse_settings: WRITTEN } : {}),
  });
}

async function appliedIds({ writer, kind }: Database): Promise<ReadonlySet<number>> {
  const result = await writer.query({
    query: 'SELECT DISTINCT id FROM schema_migration',
    format: 'JSONEachRow',
    ...(kind === 'server' ? { clickhouse_settings: READ } : {}),
  });
  return new Set((await result.json<{ id: number }>()).map((row) => row.id));
}

/** Whether the first version was stopped here before it recorded its first migration: samples were a table then. */
async function holdsFirstSchema({ writer }: Database): Promise<boolean> {
  const result = await writer.query({
    query: `SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'op_sample' AND engine != 'View'`,
    format: 'JSONEachRow',
  });
  return (await result.json()).length > 0;
}
