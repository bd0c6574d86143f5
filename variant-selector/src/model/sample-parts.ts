// What a fit reads, cut into parts so that no single query holds the engine for long, however large the fleet. Shards of
// devices and then operators stand first in the order of `op_session`: a part is some whole shards, or some operators of
// one shard. A device is in one shard, and an operator in one part of it, so that nothing is counted in halves.

import type { ClickHouseClient } from '@clickhouse/client';
import { DEVICE_SHARDS } from '@everypath/schema';
import type { Scope } from './thinning.ts';

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

/**
 * An expression is compiled at its third run, which that run waits 0.2 s for and no later one is faster by: a part holds
 * too little. In the text, because the embedded adapter leaks settings.
 */
export const NOT_COMPILED =
  'SETTINGS compile_expressions = 0, compile_aggregate_expressions = 0, compile_sort_description = 0';

/** A part takes the engine well under a tenth of a second, half of it for the plan. */
const PART_SESSIONS = 4_000;
/** Rows among which these are found: a few in each granule cost as much as all of it. */
const PART_ROWS = 250_000;
/** Rows that are looked at to count some. */
const COUNT_ROWS = 400_000;

/** Sessions of one operator in one shard. */
export interface ShardCount {
  readonly shard: number;
  readonly operator: string;
  readonly sessions: number;
}

/** Rows of each shard, whatever they are of. */
export async function readShardRows(clickhouse: ClickHouseClient): Promise<readonly number[]> {
  const result = await clickhouse.query({
    query: `SELECT device_shard AS shard, toFloat64(count()) AS found FROM op_session GROUP BY shard ${NOT_COMPILED}`,
    format: 'JSONEachRow',
  });
  const rows = new Array<number>(DEVICE_SHARDS).fill(0);
  for (const { shard, found } of await result.json<{ shard: number; found: number }>()) rows[shard] = found;
  return rows;
}

/** How many sessions of a scope match `where`, in the table's order. */
export async function readCounts(
  clickhouse: ClickHouseClient,
  { shards }: Scope,
  shardRows: readonly number[],
  where: string,
  query_params: Record<string, unknown>,
): Promise<readonly ShardCount[]> {
  const counts: ShardCount[] = [];
  for (let first = 0; first < shards; ) {
    let last = first;
    while (last + 1 < shards && rowsBetween(shardRows, first, last + 1) <= COUNT_ROWS) last += 1;
    const result = await clickhouse.query({
      query: `SELECT device_shard AS shard, operator, toFloat64(count()) AS sessions
FROM op_session WHERE device_shard BETWEEN {firstShard: UInt8} AND {lastShard: UInt8} AND ${where}
GROUP BY shard, operator ORDER BY shard, operator ${NOT_COMPILED}`,
      format: 'JSONEachRow',
      query_params: { ...query_params, firstShard: first, lastShard: last },
    });
    counts.push(...(await result.json<ShardCount>()));
    first = last + 1;
  }
  return counts;
}

const rowsBetween = (shardRows: readonly number[], first: number, last: number): number =>
  shardRows.slice(first, last + 1).reduce((sum, rows) => sum + rows, 0);

const sessionsOf = (counts: readonly ShardCount[]): number =>
  counts.reduce((sum, { sessions }) => sum + sessions, 0);

/** The parts of each scope, which gets its sessions' share of the budget. */
export function cutScopes(
  scopes: readonly (readonly ShardCount[])[],
  rowBudget: number,
  shardRows: readonly number[],
): readonly (readonly SamplePart[])[] {
  const all = scopes.reduce((sum, counts) => sum + sessionsOf(counts), 0);
  return scopes.map((counts) =>
    cutParts(counts, (rowBudget * sessionsOf(counts)) / Math.max(1, all), shardRows),
  );
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
function join(before: Cut | undefined, next: Cut, shardRows: readonly number[]): boolean {
  if (before?.whole !== next.whole || before.sessions + next.sessions > PART_SESSIONS) return false;
  const [first, last] = [before.counts[0]!.shard, next.counts[0]!.shard];
  if (first !== last && rowsBetween(shardRows, first, last) > PART_ROWS) return false;
  before.counts.push(...next.counts);
  before.sessions += next.sessions;
  return true;
}

/** Cuts counts, in the table's order. Each part gets its sessions' share of the budget. */
export function cutParts(
  counts: readonly ShardCount[],
  rowBudget: number,
  shardRows: readonly number[],
): readonly SamplePart[] {
  const cuts: Cut[] = [];
  for (const shard of Map.groupBy(counts, (each) => each.shard).values()) {
    const next = cutOf(shard, true);
    if (next.sessions > PART_SESSIONS) cuts.push(...cutShard(shard, shardRows));
    else if (!join(cuts.at(-1), next, shardRows)) cuts.push(next);
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
function cutShard(shard: readonly ShardCount[], shardRows: readonly number[]): readonly Cut[] {
  const cuts: Cut[] = [];
  for (const each of shard) {
    const next = cutOf([each], shard.length === 1);
    if (!join(cuts.at(-1), next, shardRows)) cuts.push(next);
  }
  return cuts;
}
