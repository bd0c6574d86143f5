// Migration 7: decisions are stored as they come. Compressing them took the embedded Postgres longer than all else of an
// insert, and saved little once answers are said once in a batch.

import { type Kysely, sql } from 'kysely';

/** Rows that are compressed stay so. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table decision_batches alter column body set storage external`.execute(db);
}
