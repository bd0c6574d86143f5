// Migration 4: the cases that a function's variants are run against, so that those linked later are run too.

import type { Kysely } from 'kysely';

/** Adds the column; functions published before have none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('revisions')
    .addColumn('cases', 'text', (column) => column.references('artifacts.sha256'))
    .execute();
}
