// Which devices a fit reads when there are more sessions than it has time for: of each large class a fair sample of its
// devices, of each small class all of them. Shards of devices stand first in the order of `op_session`.

import type { ClickHouseClient } from '@clickhouse/client';
import { DEVICE_SHARDS } from '@everypath/schema';
import { NOT_COMPILED } from './sample-parts.ts';

/** Parameters of `scopesOf`: classes that are too large, and how many shards of each are read. */
export type Thinned = {
  readonly thinnedClasses: readonly string[];
  readonly thinnedShards: readonly number[];
};

/** A share of the table: where it is, and in how many of the first shards it all lies. */
export interface Scope {
  readonly where: string;
  readonly shards: number;
}

/**
 * What together is read, with the parameters of `readThinned`. Large classes stand apart: the first shards alone have
 * what is read of them, and the rest of the table need not be looked at.
 */
export function scopesOf(thinned: Thinned | undefined): readonly Scope[] {
  if (thinned === undefined) return [{ where: '', shards: DEVICE_SHARDS }];
  const shards = Math.max(...thinned.thinnedShards);
  return [
    {
      shards,
      where: `AND device_shard < ${shards} AND device_class IN {thinnedClasses: Array(String)}
    AND device_shard < transform(toString(device_class), {thinnedClasses: Array(String)}, {thinnedShards: Array(UInt8)}, 0)`,
    },
    { shards: DEVICE_SHARDS, where: 'AND device_class NOT IN {thinnedClasses: Array(String)}' },
  ];
}

/** Sessions in each class, by those in the first shard: a sixty-fourth of the devices. */
const COUNTS = `
SELECT toString(device_class) AS deviceClass, toFloat64(count()) * ${DEVICE_SHARDS} AS sessions
FROM op_session
WHERE device_shard = 0 AND cause IN ('auto', 'explore') AND received_at >= now64(3) - toIntervalDay({days: UInt32})
GROUP BY device_class ORDER BY device_class
${NOT_COMPILED}`;

/** What to leave out so that no more than twice the row budget is read; undefined when all of it fits. */
export async function readThinned(
  clickhouse: ClickHouseClient,
  { maxAgeDays, rowBudget }: { readonly maxAgeDays: number; readonly rowBudget: number },
): Promise<Thinned | undefined> {
  const result = await clickhouse.query({
    query: COUNTS,
    format: 'JSONEachRow',
    query_params: { days: maxAgeDays },
  });
  return thin(await result.json<ClassCount>(), 2 * rowBudget);
}

export interface ClassCount {
  readonly deviceClass: string;
  readonly sessions: number;
}

/** Lowers the largest classes to one level, so that the sum is the budget. */
export function thin(counts: readonly ClassCount[], budget: number): Thinned | undefined {
  const total = counts.reduce((sum, { sessions }) => sum + sessions, 0);
  if (total <= budget) return undefined;
  const level = levelFor(
    counts.map(({ sessions }) => sessions),
    budget,
  );
  const large = counts.filter(({ sessions }) => sessions > level);
  return {
    thinnedClasses: large.map(({ deviceClass }) => deviceClass),
    thinnedShards: large.map(({ sessions }) => Math.max(1, Math.floor((DEVICE_SHARDS * level) / sessions))),
  };
}

/** The level at which the classes, each cut off there, sum up to the budget. */
function levelFor(sessions: readonly number[], budget: number): number {
  let left = budget;
  const sorted = [...sessions].sort((a, b) => a - b);
  for (const [index, count] of sorted.entries()) {
    const share = left / (sorted.length - index);
    if (count > share) return share;
    left -= count;
  }
  return Number.POSITIVE_INFINITY;
}
