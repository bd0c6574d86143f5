// Migration 3: what the policy remembers over restarts, and kill switches.

import type { Kysely } from 'kysely';

/** Creates the tables. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('policy_states')
    .addColumn('tag', 'text', (column) => column.notNull())
    .addColumn('device_class', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('policy_states_pk', ['tag', 'device_class'])
    .execute();

  await db.schema
    .createTable('kills')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('tag', 'text')
    .addColumn('variant', 'text')
    .addColumn('operator', 'text')
    .addColumn('operator_variant', 'text')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('note', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .execute();
}
