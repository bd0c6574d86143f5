// Migration 5: decisions by batches, column by column. A row a decision, with its three indexes, took the embedded
// Postgres 40 µs, more than deciding; as one of a batch it takes about 12, and 2 of the thread that serves.

import { type Kysely, sql } from 'kysely';

const BATCH = 1000;

/** Creates the table and moves what there is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('decision_batches')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tag', 'text', (column) => column.notNull())
    .addColumn('decisions', 'integer', (column) => column.notNull())
    .addColumn('to_ms', 'double precision', (column) => column.notNull())
    .addColumn('body', 'json', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('decision_batches_by_tag')
    .on('decision_batches')
    .columns(['tag', 'to_ms'])
    .execute();
  await db.schema.createIndex('decision_batches_by_time').on('decision_batches').column('to_ms').execute();
  await sql`
    insert into decision_batches (id, tag, decisions, to_ms, body)
    select min(id), tag, count(*), max(decided_ms), json_build_object(
      'id', json_agg(id order by number), 'variant', json_agg(variant order by number),
      'device', json_agg(device_id order by number), 'deviceClass', json_agg(device_class order by number),
      'reason', json_agg(reason order by number), 'cause', json_agg(cause order by number),
      'propensity', json_agg(propensity order by number), 'predictedNs', json_agg(predicted_ns order by number),
      'generation', json_agg(generation order by number), 'decidedAtMs', json_agg(decided_ms order by number))
    from (
      select decisions.*, round(extract(epoch from decided_at) * 1000)::double precision as decided_ms,
        row_number() over (partition by tag order by decided_at, id) as number
      from decisions) as numbered
    group by tag, (number - 1) / ${sql.lit(BATCH)}`.execute(db);
  await db.schema.dropTable('decisions').execute();
}
