// All of the dashboard's SQL. Reads `op_session` only, parameters always bound, settings never passed per query.

import { type Cause, DEVICE_SHARDS } from '@everypath/schema';
import type { ClickHouseQueries } from './ports.ts';

export interface SampleFilter {
  readonly fromMs: number;
  readonly causes: readonly Cause[];
  /** A device class or one of its prefixes; empty for all. */
  readonly deviceClass: string;
}

/** Latency of one group: the median of its devices' medians, with an interval and what it rests on. */
export interface Estimate {
  readonly medianNs: number;
  readonly lowNs: number;
  readonly highNs: number;
  readonly samples: number;
  readonly devices: number;
}

export interface Totals {
  readonly samples: number;
  readonly devices: number;
  readonly lastMs: number | null;
}

export interface ClassRow extends Totals {
  readonly deviceClass: string;
}

export interface OperatorEstimate extends Estimate {
  readonly operator: string;
  readonly specialization: string;
  readonly workBucket: number;
  readonly cell: string;
  readonly operatorVariant: string;
  /** Median product of the size features: what the size axis shows. */
  readonly work: number;
  /** The size features of the smallest call: what a size is called on the page. */
  readonly features: readonly number[];
}

export interface HeatCell {
  readonly slot: number;
  readonly level: number;
  readonly count: number;
}

export interface SampleStore {
  totals(filter: SampleFilter): Promise<Totals>;
  deviceClasses(filter: SampleFilter): Promise<readonly ClassRow[]>;
  /** Whole calls per time slot and function. */
  activity(
    filter: SampleFilter,
    slotMs: number,
  ): Promise<readonly { tag: string; slot: number; count: number }[]>;
  /** Whole-call latency of a function's variants. */
  variants(filter: SampleFilter, tag: string): Promise<readonly (Estimate & { variant: string })[]>;
  /** Per-node latency of one variant of a function. */
  nodes(
    filter: SampleFilter,
    tag: string,
    variant: string,
  ): Promise<readonly (Estimate & { node: number })[]>;
  /** Per operator, specialization, size bucket, device class cut to `depth` levels, and operator variant. */
  operators(filter: SampleFilter, depth: number, operator: string): Promise<readonly OperatorEstimate[]>;
  /** Samples per time slot and eighth of a power of two of latency, of no device more than of the median one. */
  heat(
    filter: SampleFilter,
    operator: string,
    specialization: string,
    slotMs: number,
  ): Promise<readonly HeatCell[]>;
}

/** Latency buckets of the heatmap: `level = floor(8 · log2 ns)`. */
export const HEAT_LEVELS_PER_OCTAVE = 8;

const WHERE = `ts >= fromUnixTimestamp64Milli({fromMs:Int64})
    AND toString(cause) IN {causes:Array(String)}
    AND ({deviceClass:String} = '' OR device_class = {deviceClass:String}
      OR startsWith(device_class, concat({deviceClass:String}, '/')))`;

/**
 * Rows that one query may read. Above it a fair sample of devices stands for the fleet: shards of devices come first in
 * the table's order. What an estimate says it rests on is what was read.
 */
const ROW_BUDGET = 60_000;
const SAMPLED = 'device_shard < {shards:UInt8}';

/**
 * The median of per-device medians (a pooled median can be poisoned by one busy device). The interval is the 95 %
 * order-statistic one: over devices from six on, over each device's samples below that. At most 1,024 samples of
 * a device count.
 */
function estimates(keys: Readonly<Record<string, string>>, where: string): string {
  // Keys get names of their own inside, so that an alias never shadows a column of the table.
  const names = Object.keys(keys);
  const inner = names.map((name) => `${keys[name]} AS key_${name}`).join(', ');
  const grouped = names.map((name) => `key_${name}`).join(', ');
  return `
SELECT ${names.map((name) => `key_${name} AS ${name}`).join(', ')},
  toFloat64(count()) AS devices, quantileExact(0.5)(product) AS work, min(smallest) AS features, toFloat64(sum(n)) AS samples, quantileExactInclusive(0.5)(median) AS medianNs,
  arraySort(groupArraySample(4096, 7)(median)) AS ranked, toInt64(length(ranked)) AS ranks,
  if(devices < 6, min(low), ranked[greatest(1, toInt64(floor(ranks / 2 - 0.98 * sqrt(ranks))))]) AS lowNs,
  if(devices < 6, max(high), ranked[least(ranks, toInt64(ceil(ranks / 2 + 0.98 * sqrt(ranks))) + 1)]) AS highNs
FROM (
  SELECT ${inner}, device, sum(length(latencies)) AS n, quantileExactWeighted(0.5)(arrayProduct(features), length(latencies)) AS product,
    min(op_session.features) AS smallest,
    arraySort(groupArraySampleArray(1024, 7)(latencies)) AS sorted, toInt64(length(sorted)) AS kept,
    quantileExactInclusiveArray(0.5)(latencies) AS median,
    sorted[greatest(1, toInt64(floor(kept / 2 - 0.98 * sqrt(kept))))] AS low,
    sorted[least(kept, toInt64(ceil(kept / 2 + 0.98 * sqrt(kept))) + 1)] AS high
  FROM op_session WHERE ${WHERE} AND ${where} AND ${SAMPLED}
  GROUP BY ${grouped}, device
)
GROUP BY ${grouped} ORDER BY ${grouped}`;
}

const HEAT_OF = `operator = {operator:String}
  AND ({specialization:String} = '' OR specialization = {specialization:String})`;

const CELL = `arrayStringConcat(arraySlice(splitByChar('/', toString(device_class)), 1, {depth:UInt8}), '/')`;

/** Drops the helper columns that the interval is computed from. */
function tidy<Row extends Estimate>(row: Row & { ranked?: unknown; ranks?: unknown }): Row {
  const { ranked: _ranked, ranks: _ranks, ...rest } = row;
  return rest as unknown as Row;
}

/** Opens the store over a ClickHouse client, embedded or by URL. */
export function createSampleStore(clickhouse: ClickHouseQueries): SampleStore {
  const rows = async <Row>(query: string, parameters: Record<string, unknown>): Promise<Row[]> => {
    const result = await clickhouse.query({ query, query_params: parameters, format: 'JSONEachRow' });
    return result.json<Row>();
  };
  /** How many shards of devices keep within the budget, by what is in the first. */
  const shardsFor = async (where: string, parameters: Record<string, unknown>): Promise<number> => {
    const [first] = await rows<{ n: number }>(
      `SELECT toFloat64(count()) AS n FROM op_session WHERE device_shard = 0 AND ${WHERE} AND ${where}`,
      parameters,
    );
    return Math.max(1, Math.min(DEVICE_SHARDS, Math.floor(ROW_BUDGET / Math.max(1, first?.n ?? 0))));
  };
  const sampledRows = async <Row>(query: string, where: string, parameters: Record<string, unknown>) =>
    rows<Row>(query, { ...parameters, shards: await shardsFor(where, parameters) });
  const estimateRows = async <Row extends Estimate>(
    keys: Readonly<Record<string, string>>,
    where: string,
    parameters: Record<string, unknown>,
  ) => (await sampledRows<Row>(estimates(keys, where), where, parameters)).map(tidy<Row>);

  return {
    async totals(filter) {
      const [row] = await rows<{ samples: number; devices: number; last: number }>(
        `SELECT toFloat64(sum(length(latencies))) AS samples, toFloat64(uniq(device)) AS devices,
           toFloat64(toUnixTimestamp64Milli(max(received_at))) AS last
         FROM op_session WHERE ${WHERE}`,
        { ...filter },
      );
      return {
        samples: row?.samples ?? 0,
        devices: row?.devices ?? 0,
        lastMs: row?.samples ? row.last : null,
      };
    },
    deviceClasses: (filter) =>
      rows<ClassRow>(
        `SELECT toString(device_class) AS deviceClass, toFloat64(sum(length(latencies))) AS samples,
           toFloat64(uniq(device)) AS devices, toFloat64(toUnixTimestamp64Milli(max(received_at))) AS lastMs
         FROM op_session WHERE ${WHERE} GROUP BY deviceClass ORDER BY samples DESC, deviceClass LIMIT 200`,
        { ...filter },
      ),
    activity: (filter, slotMs) =>
      rows<{ tag: string; slot: number; count: number }>(
        `SELECT toString(tag) AS tag,
           toFloat64(intDiv(toUnixTimestamp64Milli(ts) - {fromMs:Int64}, {slotMs:Int64})) AS slot,
           toFloat64(sum(length(latencies))) AS count
         FROM op_session WHERE ${WHERE} AND operator = 'everypath.call'
         GROUP BY tag, slot ORDER BY tag, slot`,
        { ...filter, slotMs },
      ),
    variants: (filter, tag) =>
      estimateRows<Estimate & { variant: string }>(
        { variant: 'toString(operator_variant)' },
        `operator = 'everypath.call' AND specialization = {tag:String}`,
        { ...filter, tag },
      ),
    nodes: (filter, tag, variant) =>
      estimateRows<Estimate & { node: number }>(
        { node: 'node' },
        `tag = {tag:String} AND variant = {variant:String} AND operator != 'everypath.call'`,
        { ...filter, tag, variant },
      ),
    operators: (filter, depth, operator) =>
      estimateRows<OperatorEstimate>(
        {
          operator: 'toString(operator)',
          specialization: 'toString(specialization)',
          workBucket: 'work_bucket',
          cell: CELL,
          operatorVariant: 'toString(operator_variant)',
        },
        `operator != 'everypath.call' AND ({operator:String} = '' OR operator = {operator:String})`,
        { ...filter, depth, operator },
      ),
    heat: (filter, operator, specialization, slotMs) =>
      sampledRows<HeatCell>(
        // No device shows more samples in a slot than the median device does: one busy device must not paint the map.
        `SELECT slot, level, toFloat64(round(sum(n * least(1, typical / own)))) AS count FROM (
           SELECT slot, level, n, own, quantileExactIf(0.5)(own, is_first) OVER (PARTITION BY slot) AS typical FROM (
             SELECT slot, level, n, sum(n) OVER (PARTITION BY slot, device) AS own,
               level = min(level) OVER (PARTITION BY slot, device) AS is_first
             FROM (
               SELECT toFloat64(intDiv(toUnixTimestamp64Milli(ts) - {fromMs:Int64}, {slotMs:Int64})) AS slot, device,
                 toFloat64(floor(${HEAT_LEVELS_PER_OCTAVE} * log2(greatest(latency_ns, 1)))) AS level, count() AS n
               FROM op_session ARRAY JOIN latencies AS latency_ns
               WHERE ${WHERE} AND ${SAMPLED} AND ${HEAT_OF}
               GROUP BY slot, device, level
             )
           )
         )
         GROUP BY slot, level ORDER BY slot, level`,
        HEAT_OF,
        { ...filter, operator, specialization, slotMs },
      ),
  };
}
