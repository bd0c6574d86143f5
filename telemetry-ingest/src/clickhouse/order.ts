// An order whose positions are each taken once: a position is taken by an insert whose deduplication token it is, so
// that ClickHouse keeps one of two. What several instances agree by: whose claim came first, whose turn it is.

import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';

/** On one replica these say nothing new; on several a read must see every insert that was answered before it. */
export const WRITTEN: ClickHouseSettings = {
  async_insert: 0,
  insert_quorum: 'auto',
  insert_quorum_parallel: 0,
};
export const READ: ClickHouseSettings = { select_sequential_consistency: '1' };

/** Rows of a query that sees every insert which was answered before it. */
export async function readWritten<Row>(writer: ClickHouseClient, query: string): Promise<readonly Row[]> {
  const result = await writer.query({ query, format: 'JSONEachRow', clickhouse_settings: READ });
  return result.json<Row>();
}

export interface Place {
  /** 1, 2, 3, … */
  readonly position: number;
  /** The UUID that took it. */
  readonly claim: string;
  /** How long ago, by the server's clock. */
  readonly ageMs: number;
}

export interface Order {
  /** The highest position that anyone took; undefined: none yet. */
  last(): Promise<Place | undefined>;
  /** Takes a position unless someone else was first, and tells who was, and the highest position by now. */
  take(position: number, claim: string): Promise<{ readonly holder: string; readonly last: number }>;
}

/** The order in a table of `claim_order`'s columns. */
export function createOrder(writer: ClickHouseClient, table: string): Order {
  return {
    async last() {
      const [found] = await readWritten<{
        position: string | number;
        claim: string;
        age_ms: string | number;
      }>(
        writer,
        `SELECT position, toString(argMin(claim, claimed_at)) AS claim,
           dateDiff('millisecond', min(claimed_at), now64(3)) AS age_ms
         FROM ${table} GROUP BY position ORDER BY position DESC LIMIT 1`,
      );
      return found && { position: Number(found.position), claim: found.claim, ageMs: Number(found.age_ms) };
    },
    async take(position, claim) {
      await writer.command({
        query: `INSERT INTO ${table} (position, claim)
          SETTINGS insert_deduplication_token = 'position/${position}', insert_deduplicate = 1
          SELECT ${position}, toUUID('${claim}')`,
        clickhouse_settings: WRITTEN,
      });
      const [found] = await readWritten<{ last: string | number; holder: string }>(
        writer,
        `SELECT max(position) AS last, toString(argMinIf(claim, claimed_at, position = ${position})) AS holder
         FROM ${table} WHERE position >= ${position}`,
      );
      return { holder: found?.holder ?? '', last: Number(found?.last ?? 0) };
    },
  };
}
