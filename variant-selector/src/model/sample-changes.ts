// What came in since the last fit, and what lies together with it: that alone is read and fitted again. Classes are told
// first and in a list, because comparing a class costs a row nothing and comparing four columns half a microsecond.

import type { ClickHouseClient } from '@clickhouse/client';
import { NOT_COMPILED } from './sample-parts.ts';
import type { Scope } from './thinning.ts';

const CAME_SINCE = `cause IN ('auto', 'explore') AND received_at >= fromUnixTimestamp64Milli({since: Int64})`;

/** Classes of a scope that something came from. */
export async function readChangedClasses(
  clickhouse: ClickHouseClient,
  { where }: Scope,
  query_params: Record<string, unknown>,
): Promise<readonly string[]> {
  const result = await clickhouse.query({
    query: `SELECT DISTINCT toString(device_class) AS deviceClass FROM op_session
WHERE ${CAME_SINCE} ${where} ORDER BY deviceClass ${NOT_COMPILED}`,
    format: 'JSONEachRow',
    query_params,
  });
  return (await result.json<{ deviceClass: string }>()).map(({ deviceClass }) => deviceClass);
}

/**
 * Only what lies together with something that came since, in the same scope, under one value of the columns that one of
 * the ways names. A device class is among the columns of each; `changedClasses` is a parameter.
 */
export const changedIn = (
  scope: string,
  ways: readonly string[],
): string => `AND device_class IN {changedClasses: Array(String)}
    AND (${ways
      .map(
        (columns) =>
          `(${columns}) IN (SELECT DISTINCT ${columns} FROM op_session WHERE ${CAME_SINCE} ${scope})`,
      )
      .join(' OR ')})`;
