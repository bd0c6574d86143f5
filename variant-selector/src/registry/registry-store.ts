// The registry's SQL: artifacts' metadata, publications and pins. A publication is one transaction or nothing.

import { createHash } from 'node:crypto';
import type { Database, Publication, Variant } from '@everypath/schema';
import { type Kysely, sql, type Transaction } from 'kysely';
import { SelectorError } from '../errors.ts';
import type { FunctionEntry, Override, Program } from './function-entry.ts';

/** Revisions of a function whose variants are still known to telemetry and can be forced or pinned. */
const REMEMBERED_REVISIONS = 20;

export interface Published {
  readonly revision: number;
  /** False when the same publication was there before. */
  readonly created: boolean;
}

export async function recordArtifact(
  db: Kysely<Database>,
  sha256: string,
  sizeBytes: number,
  nowMs: number,
): Promise<void> {
  await db
    .insertInto('artifacts')
    .values({ sha256, size_bytes: sizeBytes, stored_at: new Date(nowMs) })
    .onConflict((conflict) => conflict.column('sha256').doNothing())
    .execute();
}

/** Makes the publication the current revision of its tag. Refuses when an artifact was never stored. */
export async function publish(
  db: Kysely<Database>,
  publication: Publication,
  nowMs: number,
): Promise<Published> {
  const digest = createHash('sha256').update(JSON.stringify(publication)).digest('hex');
  const at = new Date(nowMs);
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext(${publication.tag}))`.execute(tx);
    await refuseMissing(tx, publication);
    const found = await tx
      .selectFrom('revisions')
      .select('id')
      .where('tag', '=', publication.tag)
      .where('digest', '=', digest)
      .executeTakeFirst();
    const revision = found?.id ?? (await insertRevision(tx, publication, digest, at));
    await tx
      .insertInto('functions')
      .values({ tag: publication.tag, current_revision: revision, created_at: at, updated_at: at })
      .onConflict((conflict) =>
        conflict.column('tag').doUpdateSet({ current_revision: revision, updated_at: at }),
      )
      .execute();
    return { revision, created: found === undefined };
  });
}

async function refuseMissing(tx: Transaction<Database>, { cases, variants }: Publication): Promise<void> {
  const hashes = [...new Set([...(cases ? [cases] : []), ...variants.map((variant) => variant.sha256)])];
  const rows =
    hashes.length === 0
      ? []
      : await tx
          .selectFrom('artifacts')
          .select(['sha256', 'size_bytes'])
          .where('sha256', 'in', hashes)
          .execute();
  const sizes = new Map(rows.map((row) => [row.sha256, row.size_bytes]));
  const issues = variants.flatMap((variant, index) => {
    const size = sizes.get(variant.sha256);
    if (size === variant.sizeBytes) return [];
    const message = size === undefined ? variant.sha256 : `${variant.sha256} has ${size} bytes`;
    return [{ path: `variants.${index}.${size === undefined ? 'sha256' : 'sizeBytes'}`, message }];
  });
  if (cases !== undefined && !sizes.has(cases)) issues.push({ path: 'cases', message: cases });
  if (issues.length === 0) return;
  throw new SelectorError('EP_ARTIFACTS_MISSING', `${issues.length} artifacts are not in the store`, issues);
}

async function insertRevision(
  tx: Transaction<Database>,
  publication: Publication,
  digest: string,
  at: Date,
): Promise<number> {
  const { id } = await tx
    .insertInto('revisions')
    .values({
      tag: publication.tag,
      digest,
      description: publication.description,
      file: publication.file,
      source: publication.source,
      signature: JSON.stringify(publication.signature),
      nodes: JSON.stringify(publication.nodes),
      ir_text: publication.irText,
      ir_hash: publication.irHash,
      toolchain: publication.toolchain,
      cases: publication.cases ?? null,
      published_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const rows = publication.variants.map((variant) => ({
    revision_id: id,
    id: variant.id,
    target: variant.target,
    isa_level: variant.isaLevel,
    path: JSON.stringify(variant.path),
    sha256: variant.sha256,
    size_bytes: variant.sizeBytes,
    proof: JSON.stringify(variant.proof),
    libraries: variant.libraries ? JSON.stringify(variant.libraries) : null,
  }));
  // Nine parameters a row: far below the protocol's 65,535.
  for (let start = 0; start < rows.length; start += 1000) {
    await tx
      .insertInto('variants')
      .values(rows.slice(start, start + 1000))
      .execute();
  }
  return id;
}

/** When each function last changed, so that a reader refreshes only those. */
export async function functionVersions(db: Kysely<Database>): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom('functions').select(['tag', 'updated_at']).execute();
  return new Map(rows.map((row) => [row.tag, row.updated_at.getTime()]));
}

/** Everything about one function, or null. One snapshot, so a publication in between cannot tear it. */
export async function loadFunction(db: Kysely<Database>, tag: string): Promise<FunctionEntry | null> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const head = await tx.selectFrom('functions').selectAll().where('tag', '=', tag).executeTakeFirst();
      if (head === undefined) return null;
      const revisions = await tx
        .selectFrom('revisions')
        .selectAll()
        .where('tag', '=', tag)
        .orderBy('id', 'desc')
        .limit(REMEMBERED_REVISIONS)
        .execute();
      const current =
        revisions.find((revision) => revision.id === head.current_revision) ??
        (await tx
          .selectFrom('revisions')
          .selectAll()
          .where('id', '=', head.current_revision)
          .executeTakeFirstOrThrow());
      // The current revision last: where revisions share a variant id, its nodes are the ones to report.
      const known = [...revisions.filter((revision) => revision.id !== current.id).reverse(), current];
      const rows = await tx
        .selectFrom('variants')
        .selectAll()
        .where(
          'revision_id',
          'in',
          known.map((revision) => revision.id),
        )
        .orderBy('target')
        .orderBy('id')
        .execute();
      const overrides = await tx
        .selectFrom('overrides')
        .selectAll()
        .where('tag', '=', tag)
        .orderBy('scope')
        .execute();

      const programs = new Map<string, Program>();
      const variants: Variant[] = [];
      for (const revision of known) {
        for (const row of rows) {
          if (row.revision_id !== revision.id) continue;
          const variant: Variant = {
            id: row.id,
            target: row.target,
            path: [...row.path],
            isaLevel: row.isa_level,
            ...(row.libraries ? { libraries: [...row.libraries] } : {}),
            sha256: row.sha256,
            sizeBytes: row.size_bytes,
            proof: row.proof,
          };
          programs.set(row.id, { tag, variant, nodes: revision.nodes, signature: revision.signature });
          if (revision === current) variants.push(variant);
        }
      }
      return {
        tag,
        revision: current.id,
        description: current.description,
        file: current.file,
        source: current.source,
        signature: current.signature,
        nodes: current.nodes,
        irText: current.ir_text,
        irHash: current.ir_hash,
        toolchain: current.toolchain,
        ...(current.cases === null ? {} : { cases: current.cases }),
        publishedAtMs: current.published_at.getTime(),
        updatedAtMs: head.updated_at.getTime(),
        variants,
        programs,
        overrides: overrides.map(toOverride),
      };
    });
}

const toOverride = (row: {
  readonly scope: string;
  readonly variant: string;
  readonly note: string;
  readonly created_at: Date;
}): Override => ({
  scope: row.scope,
  variant: row.variant,
  note: row.note,
  createdAtMs: row.created_at.getTime(),
});

export async function setOverride(
  db: Kysely<Database>,
  tag: string,
  override: Override,
  nowMs: number,
): Promise<void> {
  const row = {
    variant: override.variant,
    note: override.note,
    created_at: new Date(override.createdAtMs),
  };
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('overrides')
      .values({ tag, scope: override.scope, ...row })
      .onConflict((conflict) => conflict.columns(['tag', 'scope']).doUpdateSet(row))
      .execute();
    await touch(tx, tag, nowMs);
  });
}

/** Removes the pin of that scope; says whether there was one. */
export async function removeOverride(
  db: Kysely<Database>,
  tag: string,
  scope: string,
  nowMs: number,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const gone = await tx
      .deleteFrom('overrides')
      .where('tag', '=', tag)
      .where('scope', '=', scope)
      .executeTakeFirst();
    if (gone.numDeletedRows === 0n) return false;
    await touch(tx, tag, nowMs);
    return true;
  });
}

async function touch(tx: Transaction<Database>, tag: string, nowMs: number): Promise<void> {
  await tx
    .updateTable('functions')
    .set({ updated_at: new Date(nowMs) })
    .where('tag', '=', tag)
    .execute();
}
