// All of the selector's SQL for ClickHouse. Only calls that nobody forced count, each device counts once per cell,
// and no more rows are read than the budget allows. No settings are passed: the embedded adapter leaks them.

import type { ClickHouseClient } from '@clickhouse/client';
import { WHOLE_CALL_OPERATOR } from '@everypath/schema';
import type { Observation, SizeObservation } from './observation.ts';
import { changedIn, readChangedClasses } from './sample-changes.ts';
import {
  cutScopes,
  NOT_COMPILED,
  OF_PART,
  readCounts,
  readShardRows,
  type ShardCount,
} from './sample-parts.ts';
import { readThinned, type Scope, scopesOf } from './thinning.ts';

export interface SampleQuery {
  /** Samples that are older are left out. */
  readonly maxAgeDays: number;
  /** Rows handed over at most, and twice as many sessions read. */
  readonly rowBudget: number;
}

/** Sessions of one device in one cell: the newest say enough. */
const SESSIONS_PER_DEVICE = 64;
/** Devices × sizes of one cell. Devices are taken in the order of their hash, so none can push others out. */
const ROWS_PER_CELL = 160;
const SIZES_PER_NODE = 8;
/**
 * A latency of few clock steps (browsers show time in steps of up to 0.1 ms) comes out as one whole step or another:
 * there the mean, outliers clipped, still tells operators apart where the median cannot.
 */
const COARSE_STEPS = 16;

const COUNTED = `cause IN ('auto', 'explore') AND received_at >= now64(3) - toIntervalDay({days: UInt32})`;

/** A class's operator variant, and a function's node. */
const OBSERVATION = 'device_class, operator, specialization, operator_variant';
const SIZE = 'device_class, operator, specialization, tag, node';

/** A part is too small for two threads: they would only wait for each other, and for whoever has the other core. */
const ALONE = `${NOT_COMPILED}, max_threads = 1`;

const observationsSql = (only: string): string => `
SELECT device_class AS deviceClass, operator, specialization, operator_variant AS operatorVariant, features,
  toString(device) AS device,
  toFloat64(quantileExactWeightedInterpolated(0.5)(log_ns, weight)) AS logNs,
  toFloat64(sum(n)) AS samples,
  toFloat64(count()) AS sessions,
  if(count() > 1, varSampStable(log_ns), 0) AS sessionVariance,
  arraySort(groupArray((session, toFloat64(log_ns), toFloat64(n), toFloat64(toUnixTimestamp64Milli(last))))) AS moments
FROM (
  SELECT device_class, operator, specialization, operator_variant, features, device, batch_id,
    quantileExactInclusiveArray(0.5)(latencies) AS median_ns,
    max(clock_ns) AS step_ns,
    arrayAvg(ns -> least(ns, median_ns + 4 * step_ns), groupArrayArray(latencies)) AS clipped_mean_ns,
    log(greatest(if(median_ns < ${COARSE_STEPS} * step_ns, clipped_mean_ns, median_ns), step_ns / 16, 1)) AS log_ns,
    sum(length(latencies)) AS n,
    toUInt32(least(n, 32)) AS weight,
    max(received_at) AS last,
    hex(sipHash64(batch_id)) AS session
  FROM op_session
  WHERE ${COUNTED} ${only}
  GROUP BY device_class, operator, specialization, operator_variant, features, device, batch_id
  ORDER BY last DESC, batch_id
  LIMIT ${SESSIONS_PER_DEVICE} BY device_class, operator, specialization, operator_variant, features, device
)
GROUP BY device_class, operator, specialization, operator_variant, features, device
ORDER BY cityHash64(device), device_class, operator, specialization, operator_variant, features
LIMIT ${ROWS_PER_CELL} BY device_class, operator, specialization, operator_variant
LIMIT {budget: UInt32}
${ALONE}`;

const sizesSql = (only: string): string => `
SELECT device_class AS deviceClass, tag, node, operator, specialization, features,
  toString(device) AS device, toFloat64(n) AS samples
FROM (
  SELECT device_class, tag, node, operator, specialization, features, device, sum(length(latencies)) AS n
  FROM op_session
  WHERE ${COUNTED} AND operator != '${WHOLE_CALL_OPERATOR}' ${only}
  GROUP BY device_class, tag, node, operator, specialization, features, device
  ORDER BY n DESC, features
  LIMIT ${SIZES_PER_NODE} BY device_class, tag, node, operator, specialization, device
)
ORDER BY cityHash64(device), device_class, tag, node, operator, specialization, features
LIMIT ${ROWS_PER_CELL} BY device_class, tag, node, operator, specialization
LIMIT {budget: UInt32}
${ALONE}`;

export interface Samples {
  readonly observations: readonly Observation[];
  readonly sizes: readonly SizeObservation[];
}

/** Samples as ClickHouse writes them, a JSON object a line: to be parsed where they are used. */
export interface SampleText {
  readonly observations: string;
  readonly sizes: string;
}

/** Reads what the models are fitted from, part by part: everything, or each group that has something received since. */
export async function readSampleText(
  clickhouse: ClickHouseClient,
  query: SampleQuery,
  sinceMs: number | null,
): Promise<SampleText> {
  const thinned = await readThinned(clickhouse, query);
  const shardRows = await readShardRows(clickhouse);
  const common = { days: query.maxAgeDays, since: Math.floor(sinceMs ?? 0), ...(thinned ?? {}) };
  const scopes: { scope: Scope; changedClasses: readonly string[]; counts: readonly ShardCount[] }[] = [];
  /** Of a scope, what lies together with a change in one of these ways. */
  const only = ({ where }: Scope, ...ways: readonly string[]): string =>
    sinceMs === null ? where : `${where} ${changedIn(where, ways)}`;
  for (const scope of scopesOf(thinned)) {
    const changedClasses = sinceMs === null ? [] : await readChangedClasses(clickhouse, scope, common);
    if (sinceMs !== null && changedClasses.length === 0) continue;
    const where = `${COUNTED} ${only(scope, OBSERVATION, SIZE)}`;
    const counts = await readCounts(clickhouse, scope, shardRows, where, { ...common, changedClasses });
    scopes.push({ scope, changedClasses, counts });
  }
  const observations: string[] = [];
  const sizes: string[] = [];
  const parts = cutScopes(
    scopes.map(({ counts }) => counts),
    query.rowBudget,
    shardRows,
  );
  for (const [index, { scope, changedClasses }] of scopes.entries()) {
    for (const part of parts[index] ?? []) {
      const read = async (text: string): Promise<string> => {
        const query_params = { ...common, changedClasses, ...part };
        const result = await clickhouse.query({ query: text, format: 'JSONEachRow', query_params });
        return result.text();
      };
      observations.push(await read(observationsSql(`${OF_PART} ${only(scope, OBSERVATION)}`)));
      sizes.push(await read(sizesSql(`${OF_PART} ${only(scope, SIZE)}`)));
    }
  }
  return { observations: observations.join('\n'), sizes: sizes.join('\n') };
}

const rowsOf = <Row>(text: string): Row[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

/** The first rows of each cell, whose devices come in the order of their hash: parts are cut without knowing of others. */
function firstOfEach<Row>(rows: readonly Row[], cellOf: (row: Row) => string): Row[] {
  const taken = new Map<string, number>();
  return rows.filter((row) => {
    const cell = cellOf(row);
    const count = (taken.get(cell) ?? 0) + 1;
    taken.set(cell, count);
    return count <= ROWS_PER_CELL;
  });
}

export const parseSamples = ({ observations, sizes }: SampleText): Samples => ({
  observations: firstOfEach(rowsOf<Observation>(observations), (row) =>
    [row.deviceClass, row.operator, row.specialization, row.operatorVariant].join('\n'),
  ),
  sizes: firstOfEach(rowsOf<SizeObservation>(sizes), (row) =>
    [row.deviceClass, row.tag, row.node, row.operator, row.specialization].join('\n'),
  ),
});

/** Reads everything that the models are fitted from. */
export async function readSamples(clickhouse: ClickHouseClient, query: SampleQuery): Promise<Samples> {
  return parseSamples(await readSampleText(clickhouse, query, null));
}
