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
const PART_SESSIONS = 4_000;

/** Sessions of one operator in one shard. */
export interface ShardCount {
  readonly shard: number;
  readonly operator: string;
  readonly sessions: number;
}

/** How many sessions match `where`, in the table's order. */
export async function readCounts(
  clickhouse: ClickHouseClient,
  where: string,
  query_params: Record<string, unknown>,
): Promise<readonly ShardCount[]> {
  const result = await clickhouse.query({
    query: `SELECT device_shard AS shard, operator, toFloat64(count()) AS sessions
FROM op_session WHERE ${where} GROUP BY shard, operator ORDER BY shard, operator`,
    format: 'JSONEachRow',
    query_params,
  });
  return result.json<ShardCount>();
}

const sessionsOf = (counts: readonly ShardCount[]): number =>
  counts.reduce((sum, { sessions }) => sum + sessions, 0);

/** The parts of each scope, which gets its sessions' share of the budget. */
export function cutScopes(
  scopes: readonly (readonly ShardCount[])[],
  rowBudget: number,
): readonly (readonly SamplePart[])[] {
  const all = scopes.reduce((sum, counts) => sum + sessionsOf(counts), 0);
  return scopes.map((counts) => cutParts(counts, (rowBudget * sessionsOf(counts)) / Math.max(1, all)));
}

/** A part on the way: what it counts, and whether it has all operators of its shards. */
interface Cut {
  readonly counts: ShardCount[];
  readonly whole: boolean;
  sessions: number;
}

const cutOf = (counts: readonly ShardCount[], whole: boolean): Cut => ({
  counts: [...counts],
  whole,
  sessions: sessionsOf(counts),
});

/** Adds a cut to the one before it, if both are of a kind and together small enough. */
function join(before: Cut | undefined, next: Cut): boolean {
  if (before?.whole !== next.whole || before.sessions + next.sessions > PART_SESSIONS) return false;
  before.counts.push(...next.counts);
  before.sessions += next.sessions;
  return true;
}

/** Cuts counts, in the table's order. Each part gets its sessions' share of the budget. */
export function cutParts(counts: readonly ShardCount[], rowBudget: number): readonly SamplePart[] {
  const cuts: Cut[] = [];
  for (const shard of Map.groupBy(counts, (each) => each.shard).values()) {
    const next = cutOf(shard, true);
    if (next.sessions > PART_SESSIONS) cuts.push(...cutShard(shard));
    else if (!join(cuts.at(-1), next)) cuts.push(next);
  }
  let left = rowBudget;
  let behind = cuts.reduce((sum, { sessions }) => sum + sessions, 0);
  return cuts.map((cut) => {
    const [first, last] = [cut.counts[0]!, cut.counts.at(-1)!];
    const budget = Math.ceil((left * cut.sessions) / behind);
    left -= budget;
    behind -= cut.sessions;
    return {
      firstShard: first.shard,
      lastShard: last.shard,
      firstOperator: cut.whole ? '' : first.operator,
      lastOperator: cut.whole ? '' : last.operator,
      budget,
    };
  });
}

/** Operators of one shard, each in one cut. */
function cutShard(shard: readonly ShardCount[]): readonly Cut[] {
  const cuts: Cut[] = [];
  for (const each of shard) {
    const next = cutOf([each], shard.length === 1);
    if (!join(cuts.at(-1), next)) cuts.push(next);
  }
  return cuts;
}
