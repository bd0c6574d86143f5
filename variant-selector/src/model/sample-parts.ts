// What a fit reads, cut into parts so that no single query holds the engine for long, however large the fleet. Shards of
// devices and then operators stand first in the order of `op_session`: a part is some whole shards, or some operators of
// one shard. A device is in one shard, and an operator in one part of it, so that nothing is counted in halves.

import type { ClickHouseClient } from '@clickhouse/client';

/** Shards and operators from first to last, and the rows that they may hand over. Parameters of `OF_PART`. */
export interface SamplePart {
  readonly firstShard: number;
  readonly lastShard: number;
  readonly firstOperator: string;
  readonly lastOperator: string;
  readonly budget: number;
}

export const OF_PART = `AND device_shard BETWEEN {firstShard: UInt8} AND {lastShard: UInt8}
    AND ({lastOperator: String} = '' OR operator BETWEEN {firstOperator: String} AND {lastOperator: String})`;

/** A part takes the engine well under a tenth of a second. */
const PART_SESSIONS = 8_000;

/** Sessions of one operator in one shard. */
export interface ShardCount {
  readonly shard: number;
  readonly operator: string;
  readonly sessions: number;
}

/** Parts of the sessions that match `where`. */
export async function readParts(
  clickhouse: ClickHouseClient,
  where: string,
  query_params: Record<string, unknown>,
  rowBudget: number,
): Promise<readonly SamplePart[]> {
  const result = await clickhouse.query({
    query: `SELECT device_shard AS shard, operator, toFloat64(count()) AS sessions
FROM op_session WHERE ${where} GROUP BY shard, operator ORDER BY shard, operator`,
    format: 'JSONEachRow',
    query_params,
  });
  return cutParts(await result.json<ShardCount>(), rowBudget);
}

/** Cuts counts, in the table's order. Each part gets its sessions' share of the budget. */
export function cutParts(counts: readonly ShardCount[], rowBudget: number): readonly SamplePart[] {
  const parts: ShardCount[][] = [];
  const size = (part: readonly ShardCount[]): number => part.reduce((sum, { sessions }) => sum + sessions, 0);
  for (const shard of Map.groupBy(counts, (each) => each.shard).values()) {
    const last = parts.at(-1);
    if (last && size(last) + size(shard) <= PART_SESSIONS) last.push(...shard);
    else if (size(shard) <= PART_SESSIONS) parts.push([...shard]);
    else parts.push(...cutShard(shard));
  }
  let left = rowBudget;
  let behind = size(counts);
  return parts.map((part) => {
    const [first, last] = [part[0]!, part.at(-1)!];
    const budget = Math.ceil((left * size(part)) / behind);
    left -= budget;
    behind -= size(part);
    const whole =
      size(part) === size(counts.filter(({ shard }) => shard >= first.shard && shard <= last.shard));
    return {
      firstShard: first.shard,
      lastShard: last.shard,
      firstOperator: whole ? '' : first.operator,
      lastOperator: whole ? '' : last.operator,
      budget,
    };
  });
}

function cutShard(shard: readonly ShardCount[]): ShardCount[][] {
  const parts: ShardCount[][] = [];
  let sessions = Number.POSITIVE_INFINITY;
  for (const each of shard) {
    if (sessions + each.sessions > PART_SESSIONS) {
      parts.push([]);
      sessions = 0;
    }
    parts.at(-1)?.push(each);
    sessions += each.sessions;
  }
  return parts;
}
