// Migration 2: decisions with their propensities, and the last fitted models.

import type { Kysely } from 'kysely';

/** Creates the tables that the selector writes as it serves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('decisions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('tag', 'text', (column) => column.notNull())
    .addColumn('variant', 'text', (column) => column.notNull())
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('device_class', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('propensity', 'double precision', (column) => column.notNull())
    .addColumn('predicted_ns', 'double precision')
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('decided_at', 'timestamptz', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('decisions_by_tag').on('decisions').columns(['tag', 'decided_at']).execute();
  await db.schema.createIndex('decisions_by_time').on('decisions').column('decided_at').execute();

  await db.schema
    .createTable('model_snapshots')
    .addColumn('generation', 'integer', (column) => column.primaryKey())
    .addColumn('fitted_at', 'timestamptz', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
}
