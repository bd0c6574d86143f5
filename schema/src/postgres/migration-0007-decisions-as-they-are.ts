// Migration 7: decisions are stored as they come. Compressing them took the embedded Postgres a third of an insert of a
// thousand, and what is left once answers are said once in a batch is mostly random digits.

import { type Kysely, sql } from 'kysely';

/** Rows that are compressed stay so. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table decision_batches alter column body set storage external`.execute(db);
}
