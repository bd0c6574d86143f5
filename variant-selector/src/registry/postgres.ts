// Opens the registry's database: Postgres in a thread of this process (PGlite, in a folder) or a server by URL, migrated.

import { mkdir } from 'node:fs/promises';
import { type Database, postgresMigrations } from '@everypath/schema';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { type Log, silentLog } from '../log.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

/** `path` is a folder, or `:memory:`. */
export type PostgresLocation = { readonly path: string } | { readonly url: string };

/** Any number: every process that migrates this database takes the lock of the same one. */
const MIGRATION_LOCK = 4_157_390_211;

/** Opens and migrates; the caller ends it with `destroy()`. */
export async function openPostgres(
  location: PostgresLocation,
  log: Log = silentLog,
): Promise<Kysely<Database>> {
  const db = 'url' in location ? connect(location.url, log) : await embed(location.path);
  try {
    if ('url' in location) await migrateUnderLock(db);
    else await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}

async function embed(path: string): Promise<Kysely<Database>> {
  if (path !== ':memory:') await mkdir(path, { recursive: true });
  const pglite = startEmbeddedPostgres(path === ':memory:' ? 'memory://' : path);
  await pglite.waitReady;
  return new Kysely<Database>({ dialect: new PGliteDialect({ pglite }) });
}

function connect(url: string, log: Log): Kysely<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 5_000 });
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on('error', (error) => log.warn({ error: error.message }, 'Postgres connection lost'));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

/** kysely locks while it runs migrations, not while it creates its own tables: two first starts would collide. */
async function migrateUnderLock(db: Kysely<Database>): Promise<void> {
  await db.connection().execute(async (holder) => {
    await sql`select pg_advisory_lock(${sql.lit(MIGRATION_LOCK)})`.execute(holder);
    try {
      await migrate(db);
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(MIGRATION_LOCK)})`.execute(holder);
    }
  });
}

async function migrate(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...postgresMigrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
