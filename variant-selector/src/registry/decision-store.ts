// The SQL of what the selector writes as it serves: decisions, and the last fitted models.

import type { Cause, Database, Reason } from '@everypath/schema';
import { type Kysely, sql } from 'kysely';

/** What one fetch was answered with, and why. */
export interface Decision {
  readonly id: string;
  readonly tag: string;
  readonly variant: string;
  /** Hash of the device's random id. */
  readonly device: string;
  readonly deviceClass: string;
  readonly reason: Reason;
  readonly cause: Cause;
  /** Probability with which the policy served this variant to this device; 1 when it had no say. */
  readonly propensity: number;
  readonly predictedNs: number | null;
  readonly generation: number;
  readonly decidedAtMs: number;
}

/**
 * Inserts a batch; one that was inserted before counts once. As one JSON parameter: eleven parameters a row took
 * Postgres longer to read than to store.
 */
export async function insertDecisions(db: Kysely<Database>, decisions: readonly Decision[]): Promise<void> {
  if (decisions.length === 0) return;
  const rows = decisions.map((decision) => ({
    id: decision.id,
    tag: decision.tag,
    variant: decision.variant,
    device_id: decision.device,
    device_class: decision.deviceClass,
    reason: decision.reason,
    cause: decision.cause,
    propensity: decision.propensity,
    predicted_ns: decision.predictedNs,
    generation: decision.generation,
    decided_at: decision.decidedAtMs,
  }));
  await sql`
    insert into decisions (id, tag, variant, device_id, device_class, reason, cause, propensity, predicted_ns,
      generation, decided_at)
    select id, tag, variant, device_id, device_class, reason, cause, propensity, predicted_ns, generation,
      to_timestamp(decided_at / 1000)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(id text, tag text, variant text, device_id text,
      device_class text, reason text, cause text, propensity double precision, predicted_ns double precision,
      generation integer, decided_at double precision)
    on conflict (id) do nothing`.execute(db);
}

/** Newest first. */
export async function listDecisions(
  db: Kysely<Database>,
  query: { readonly tag?: string | undefined; readonly limit: number },
): Promise<readonly Decision[]> {
  let select = db.selectFrom('decisions').selectAll();
  if (query.tag !== undefined) select = select.where('tag', '=', query.tag);
  const rows = await select.orderBy('decided_at', 'desc').orderBy('id').limit(query.limit).execute();
  return rows.map((row) => ({
    id: row.id,
    tag: row.tag,
    variant: row.variant,
    device: row.device_id,
    deviceClass: row.device_class,
    reason: row.reason,
    cause: row.cause,
    propensity: row.propensity,
    predictedNs: row.predicted_ns,
    generation: row.generation,
    decidedAtMs: row.decided_at.getTime(),
  }));
}

export interface ModelSnapshot {
  readonly generation: number;
  readonly fittedAtMs: number;
  readonly body: string;
}

/** Keeps this snapshot and forgets those before it. */
export async function saveModels(db: Kysely<Database>, snapshot: ModelSnapshot): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('model_snapshots').where('generation', '<=', snapshot.generation).execute();
    await tx
      .insertInto('model_snapshots')
      .values({
        generation: snapshot.generation,
        fitted_at: new Date(snapshot.fittedAtMs),
        body: snapshot.body,
      })
      .execute();
  });
}

export async function loadModels(db: Kysely<Database>): Promise<ModelSnapshot | null> {
  const row = await db
    .selectFrom('model_snapshots')
    .selectAll()
    .orderBy('generation', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined
    ? null
    : { generation: row.generation, fittedAtMs: row.fitted_at.getTime(), body: row.body };
}
