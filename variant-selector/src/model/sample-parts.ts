// What a fit reads, cut into parts of whole operators, so that no single query holds the engine for long: however large
// the fleet, a part is some thousand sessions. Operators stand before device classes in the order of `op_session`.

import type { ClickHouseClient } from '@clickhouse/client';

/** One share of the operators. */
export interface SamplePart {
  readonly operators: readonly string[];
  /** `operator`, a line break, `specialization`. */
  readonly families: readonly string[];
  /** Rows that it may hand over. */
  readonly budget: number;
}

/** Goes with the parameters `operators` and `families` of a part. */
export const OF_PART = `AND operator IN {operators: Array(String)}
    AND has({families: Array(String)}, concat(operator, '\\n', specialization))`;

/** A part takes the engine about 50 ms. */
const PART_SESSIONS = 4_000;
/** Names go into the address of a request. */
const PART_FAMILIES = 200;

const FAMILIES = `
SELECT operator, specialization, toFloat64(count()) AS sessions,
  toFloat64(countIf(received_at >= fromUnixTimestamp64Milli({since: Int64}))) AS fresh
FROM op_session
WHERE cause IN ('auto', 'explore') AND received_at >= now64(3) - toIntervalDay({days: UInt32})
GROUP BY operator, specialization
HAVING fresh > 0
ORDER BY operator, specialization`;

export interface FamilyCount {
  readonly operator: string;
  readonly specialization: string;
  readonly sessions: number;
}

/** Parts of everything that has something received since; all of it from 0. */
export async function readParts(
  clickhouse: ClickHouseClient,
  { maxAgeDays, rowBudget }: { readonly maxAgeDays: number; readonly rowBudget: number },
  sinceMs: number,
): Promise<readonly SamplePart[]> {
  const result = await clickhouse.query({
    query: FAMILIES,
    format: 'JSONEachRow',
    query_params: { days: maxAgeDays, since: sinceMs },
  });
  return cutParts(await result.json<FamilyCount>(), rowBudget);
}

/** Each part gets its sessions' share of the budget, where there are more sessions than rows; twice as many are read. */
export function cutParts(families: readonly FamilyCount[], rowBudget: number): readonly SamplePart[] {
  const total = families.reduce((sum, { sessions }) => sum + sessions, 0);
  const read = Math.min(1, (2 * rowBudget) / total);
  const parts: FamilyCount[][] = [];
  let sessions = Number.POSITIVE_INFINITY;
  for (const family of families) {
    if (sessions + family.sessions * read > PART_SESSIONS || parts.at(-1)?.length === PART_FAMILIES) {
      parts.push([]);
      sessions = 0;
    }
    parts.at(-1)?.push(family);
    sessions += family.sessions * read;
  }
  let left = rowBudget;
  let behind = total;
  return parts.map((part) => {
    const own = part.reduce((sum, each) => sum + each.sessions, 0);
    const budget = Math.ceil((left * own) / behind);
    left -= budget;
    behind -= own;
    return {
      operators: [...new Set(part.map(({ operator }) => operator))],
      families: part.map(({ operator, specialization }) => `${operator}\n${specialization}`),
      budget,
    };
  });
}
