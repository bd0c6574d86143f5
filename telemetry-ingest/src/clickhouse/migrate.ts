// Brings a ClickHouse database to the schema that this version expects, whatever it holds by now.

import type { ClickHouseClient } from '@clickhouse/client';
import {
  type ClickHouseMigration,
  CREATE_MIGRATION,
  clickHouseMigrations,
  onCluster,
} from '@everypath/schema';
import type { ClickHouse } from './open.ts';

/** Runs the migrations that have not run yet, in order, and returns their names. Safe to run again, also after a crash. */
export async function migrateClickHouse(
  clickhouse: Pick<ClickHouse, 'ensureDatabase' | 'writer' | 'cluster'>,
  migrations: readonly ClickHouseMigration[] = clickHouseMigrations,
): Promise<readonly string[]> {
  const { writer, cluster } = clickhouse;
  const run = async (statement: string): Promise<void> => {
    for (const query of cluster === undefined ? [statement] : onCluster(statement, cluster))
      await writer.command({ query });
  };
  await clickhouse.ensureDatabase();
  await run(CREATE_MIGRATION);
  const applied = await appliedIds(writer);
  const names: string[] = [];
  for (const { id, name, statements } of migrations) {
    if (applied.has(id)) continue;
    for (const statement of statements) await run(statement);
    await writer.command({
      query: 'INSERT INTO schema_migration SELECT {id:UInt32}, {name:String}, now64(3)',
      query_params: { id, name },
    });
    names.push(name);
  }
  return names;
}

async function appliedIds(client: ClickHouseClient): Promise<ReadonlySet<number>> {
  const result = await client.query({
    query: 'SELECT DISTINCT id FROM schema_migration',
    format: 'JSONEachRow',
  });
  return new Set((await result.json<{ id: number }>()).map((row) => row.id));
}
