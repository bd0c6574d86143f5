// Two instances hold the same batch: exactly one counts it, whatever the moment. The loader of each claims its batches
// before it loads them. A claim takes the next position of one order, by an insert whose deduplication token is the
// position, so that ClickHouse keeps one of two; the batch belongs to the spool whose claim stands first. Everything
// claimed at a lower position is visible by then, because a claim's batches are written before its position is taken.

import type { ClickHouseClient } from '@clickhouse/client';
import type { Random } from '../ports.ts';
import { createOrder, readWritten, WRITTEN } from './order.ts';

export interface Claims {
  /**
   * Claims the batches for this spool, and returns those that another spool has claimed first. `again`: they have been
   * claimed by an earlier call, so only look.
   */
  claim(batchIds: readonly string[], again: boolean): Promise<ReadonlySet<string>>;
  /** Gives batches up, to who claimed them next. */
  release(batchIds: readonly string[]): Promise<void>;
}

/** For an engine that only this process can write to: every batch is its own. */
export const soleClaims: Claims = {
  claim: async () => new Set(),
  release: async () => {},
};

/** Ids go into the text; it stays below ClickHouse's default `max_query_size` of 256 KiB. */
const IDS_PER_QUERY = 4_000;

const quoted = (ids: readonly string[]): string => ids.map((id) => `'${id}'`).join(', ');

/** The owner of each batch: the spool of the valid claim at its lowest position. The ids stand in the text once. */
const selectOwners = (ids: string): string => `
WITH held AS (SELECT batch_id, claim, spool FROM batch_claim WHERE batch_id IN (${ids})),
taken AS (
  SELECT min(position) AS first, claim FROM (
    SELECT position, argMin(claim, claimed_at) AS claim FROM claim_order
    WHERE position IN (SELECT position FROM claim_order WHERE claim IN (SELECT claim FROM held))
    GROUP BY position
  ) GROUP BY claim
)
SELECT toString(batch_id) AS id, toString(argMin(spool, first)) AS owner
FROM held INNER JOIN taken USING (claim) GROUP BY batch_id`;

/** Claims on a ClickHouse server. `spool` names the spool directory, for ever and nowhere else. */
export function createClaims(writer: ClickHouseClient, spool: string, random: Random): Claims {
  const order = createOrder(writer, 'claim_order');
  let highest = 0;

  async function takePosition(claim: string): Promise<void> {
    for (let position = highest + 1; ; position = highest + 1) {
      const { last, holder } = await order.take(position, claim);
      highest = Math.max(highest, last, position);
      if (holder === claim) return;
    }
  }

  /** The owner of each batch that anyone has claimed. */
  async function ownersOf(batchIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const owners = new Map<string, string>();
    for (let start = 0; start < batchIds.length; start += IDS_PER_QUERY) {
      const ids = quoted(batchIds.slice(start, start + IDS_PER_QUERY));
      for (const { id, owner } of await readWritten<{ id: string; owner: string }>(writer, selectOwners(ids)))
        owners.set(id, owner);
    }
    return owners;
  }

  const elsewhere = (owners: ReadonlyMap<string, string>): ReadonlySet<string> =>
    new Set([...owners].flatMap(([id, owner]) => (owner === spool ? [] : [id])));

  return {
    async claim(batchIds, again) {
      if (again) {
        const owners = await ownersOf(batchIds);
        // Claims that were given up meanwhile, its own among them, are made anew.
        if (owners.size === batchIds.length) return elsewhere(owners);
      }
      if (highest === 0) highest = (await order.last())?.position ?? 0;
      const claim = random.uuid();
      await writer.insert({
        table: 'batch_claim',
        columns: ['batch_id', 'claim', 'spool'],
        values: batchIds.map((batch_id) => ({ batch_id, claim, spool })),
        format: 'JSONEachRow',
        clickhouse_settings: WRITTEN,
      });
      await takePosition(claim);
      return elsewhere(await ownersOf(batchIds));
    },
    async release(batchIds) {
      for (let start = 0; start < batchIds.length; start += IDS_PER_QUERY) {
        const ids = quoted(batchIds.slice(start, start + IDS_PER_QUERY));
        await writer.command({
          query: `ALTER TABLE batch_claim DELETE WHERE spool = toUUID('${spool}') AND batch_id IN (${ids})`,
          clickhouse_settings: { mutations_sync: '2' },
        });
      }
    },
  };
}
