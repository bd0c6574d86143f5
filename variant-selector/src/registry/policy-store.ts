// The SQL of what steers and outlives the policy: kill switches, and what it remembers of each class.

import type { Database } from '@everypath/schema';
import { type Kysely, sql } from 'kysely';
import { type ClassState, parseClassState } from '../policy/class-state.ts';
import type { Kill } from '../policy/kill.ts';

export async function insertKill(db: Kysely<Database>, kill: Kill): Promise<void> {
  const variant = kill.kind === 'variant' ? kill : null;
  const operator = kill.kind === 'operator-variant' ? kill : null;
  await db
    .insertInto('kills')
    .values({
      id: kill.id,
      kind: kill.kind,
      tag: variant?.tag ?? null,
      variant: variant?.variant ?? null,
      operator: operator?.operator ?? null,
      operator_variant: operator?.operatorVariant ?? null,
      scope: kill.scope,
      note: kill.note,
      created_at: new Date(kill.createdAtMs),
    })
    .execute();
}

/** Whether there was one. */
export async function deleteKill(db: Kysely<Database>, id: string): Promise<boolean> {
  const gone = await db.deleteFrom('kills').where('id', '=', id).executeTakeFirst();
  return gone.numDeletedRows > 0n;
}

/** Oldest first. */
export async function listKills(db: Kysely<Database>): Promise<readonly Kill[]> {
  const rows = await db.selectFrom('kills').selectAll().orderBy('created_at').orderBy('id').execute();
  return rows.map((row): Kill => {
    const { id, scope, note } = row;
    const common = { id, scope, note, createdAtMs: row.created_at.getTime() };
    return row.kind === 'variant'
      ? { ...common, kind: 'variant', tag: row.tag ?? '', variant: row.variant ?? '' }
      : {
          ...common,
          kind: 'operator-variant',
          operator: row.operator ?? '',
          operatorVariant: row.operator_variant ?? '',
        };
  });
}

export interface StoredState {
  readonly tag: string;
  readonly deviceClass: string;
  readonly state: ClassState;
}

/** Stores states, each over the one before. */
export async function savePolicyStates(
  db: Kysely<Database>,
  states: readonly StoredState[],
  nowMs: number,
): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map(({ tag, deviceClass, state }) => ({
    tag,
    device_class: deviceClass,
    body: JSON.stringify(state),
  }));
  await sql`
    insert into policy_states (tag, device_class, body, updated_at)
    select tag, device_class, body, to_timestamp(${nowMs / 1000}::double precision)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(tag text, device_class text, body text)
    on conflict (tag, device_class) do update set body = excluded.body, updated_at = excluded.updated_at`.execute(
    db,
  );
}

/** All states that can be read, the longest unused first. */
export async function loadPolicyStates(db: Kysely<Database>): Promise<readonly StoredState[]> {
  const rows = await db.selectFrom('policy_states').selectAll().orderBy('updated_at').execute();
  return rows.flatMap((row) => {
    const state = parseClassState(row.body);
    return state === null ? [] : [{ tag: row.tag, deviceClass: row.device_class, state }];
  });
}
