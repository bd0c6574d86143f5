// The SQL of what the selector writes as it serves: decisions, and the last fitted models.

import type { Database, DecidedAnswer, DecisionColumns, PlainDecisionColumns } from '@everypath/schema';
import type { Kysely } from 'kysely';
import type { DecisionBatch } from './decision-batch.ts';

/** What one fetch was answered with, and why. */
export interface Decision extends DecidedAnswer {
  readonly id: string;
  readonly tag: string;
  /** Hash of the device's random id. */
  readonly device: string;
  readonly decidedAtMs: number;
}

/** Inserts batches; one that was inserted before counts once. */
export async function insertDecisions(
  db: Kysely<Database>,
  batches: readonly DecisionBatch[],
): Promise<void> {
  if (batches.length === 0) return;
  const rows = batches.map((batch) => ({
    id: batch.id,
    tag: batch.tag,
    decisions: batch.size,
    to_ms: batch.toMs,
    body: batch.text(),
  }));
  await db
    .insertInto('decision_batches')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

const decisionsOf = (tag: string, columns: DecisionColumns | PlainDecisionColumns): Decision[] =>
  'answers' in columns ? sharedAnswers(tag, columns) : plainAnswers(tag, columns);

function sharedAnswers(tag: string, columns: DecisionColumns): Decision[] {
  const devices = columns.devices.split(',');
  return columns.ids.split(',').map((id, index) => ({
    id,
    tag,
    device: devices[index]!,
    ...columns.answers[columns.answer[index]!]!,
    decidedAtMs: columns.fromMs + columns.afterMs[index]!,
  }));
}

const plainAnswers = (tag: string, columns: PlainDecisionColumns): Decision[] =>
  columns.id.map((id, index) => ({
    id,
    tag,
    device: columns.device[index]!,
    variant: columns.variant[index]!,
    deviceClass: columns.deviceClass[index]!,
    reason: columns.reason[index]!,
    cause: columns.cause[index]!,
    propensity: columns.propensity[index]!,
    predictedNs: columns.predictedNs[index]!,
    generation: columns.generation[index]!,
    decidedAtMs: columns.decidedAtMs[index]!,
  }));

/** Batches read at once: first of a busy server's, which are large, then as many as of an idle one's make something. */
const FIRST_PAGE = 2;
const LARGEST_PAGE = 32;

/** Newest first. */
export async function listDecisions(
  db: Kysely<Database>,
  query: { readonly tag?: string | undefined; readonly limit: number },
): Promise<readonly Decision[]> {
  let select = db.selectFrom('decision_batches').select(['tag', 'to_ms', 'body']);
  if (query.tag !== undefined) select = select.where('tag', '=', query.tag);
  const newest = select.orderBy('to_ms', 'desc').orderBy('id');
  const found: Decision[] = [];
  for (let offset = 0, limit = FIRST_PAGE; ; offset += limit, limit = Math.min(2 * limit, LARGEST_PAGE)) {
    const page = await newest.limit(limit).offset(offset).execute();
    for (const { tag, body } of page) found.push(...decisionsOf(tag, body));
    // Batches of several functions and processes overlap: what is newer than all that was not read yet is complete.
    const unreadMs = page.length < limit ? Number.NEGATIVE_INFINITY : page.at(-1)!.to_ms;
    const complete = found.filter(({ decidedAtMs }) => decidedAtMs > unreadMs);
    if (complete.length >= query.limit || page.length < limit)
      return complete
        .sort((a, b) => b.decidedAtMs - a.decidedAtMs || (a.id < b.id ? -1 : 1))
        .slice(0, query.limit);
  }
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
