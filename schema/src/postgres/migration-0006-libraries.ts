// Migration 6: the libraries that a variant calls beside the C library; null where there are none.

import type { Kysely } from 'kysely';

/** Adds the column; what was published before calls none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('variants').addColumn('libraries', 'jsonb').execute();
}
