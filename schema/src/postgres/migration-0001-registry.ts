// Migration 1: functions, their revisions and variants, artifacts' metadata and overrides.

import { type Kysely, sql } from 'kysely';

/** Creates the registry's tables. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('functions')
    .addColumn('tag', 'text', (column) => column.primaryKey())
    .addColumn('current_revision', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('revisions')
    .addColumn('id', 'integer', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('tag', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('file', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('signature', 'jsonb', (column) => column.notNull())
    .addColumn('nodes', 'jsonb', (column) => column.notNull())
    .addColumn('ir_text', 'text', (column) => column.notNull())
    .addColumn('ir_hash', 'text', (column) => column.notNull())
    .addColumn('toolchain', 'text', (column) => column.notNull())
    .addColumn('published_at', 'timestamptz', (column) => column.notNull())
    .addUniqueConstraint('revisions_tag_digest', ['tag', 'digest'])
    .execute();

  await db.schema
    .createTable('artifacts')
    .addColumn('sha256', 'text', (column) => column.primaryKey())
    .addColumn('size_bytes', 'integer', (column) => column.notNull())
    .addColumn('stored_at', 'timestamptz', (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('variants')
    .addColumn('revision_id', 'integer', (column) =>
      column.notNull().references('revisions.id').onDelete('cascade'),
    )
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('isa_level', 'text', (column) => column.notNull())
    .addColumn('path', 'jsonb', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull().references('artifacts.sha256'))
    .addColumn('size_bytes', 'integer', (column) => column.notNull())
    .addColumn('proof', 'jsonb', (column) => column.notNull())
    .addPrimaryKeyConstraint('variants_pk', ['revision_id', 'id'])
    .execute();
  await db.schema.createIndex('variants_by_id').on('variants').column('id').execute();

  await db.schema
    .createTable('overrides')
    .addColumn('tag', 'text', (column) => column.notNull().references('functions.tag').onDelete('cascade'))
    .addColumn('scope', 'text', (column) => column.notNull().defaultTo(sql`''`))
    .addColumn('variant', 'text', (column) => column.notNull())
    .addColumn('note', 'text', (column) => column.notNull().defaultTo(sql`''`))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('overrides_pk', ['tag', 'scope'])
    .execute();
}
