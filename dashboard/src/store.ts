// All of the dashboard's SQL. Reads `op_session` only, parameters always bound, settings never passed per query.

import type { Cause } from '@everypath/schema';
import { createDeviceSampler, SAMPLED } from './device-sample.ts';
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
  /** Whether the counts are those of a fair sample of devices, scaled up: beyond a million sessions. */
  readonly estimated: boolean;
}

export interface ClassRow extends Omit<Totals, 'estimated'> {
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
    AND cause IN {causes:Array(String)}
    AND ({deviceClass:String} = '' OR device_class = {deviceClass:String}
      OR startsWith(device_class, concat({deviceClass:String}, '/')))`;

/** The value in the middle of a sorted array that is not empty. */
const middle = (sorted: string, length: string): string =>
  `(${sorted}[intDiv(${length} + 1, 2)] + ${sorted}[intDiv(${length}, 2) + 1]) / 2`;

/** The 95 % order-statistic interval of the median of a sorted array. */
const low = (sorted: string, length: string): string =>
  `${sorted}[greatest(1, toInt64(floor(${length} / 2 - 0.98 * sqrt(${length}))))]`;
const high = (sorted: string, length: string): string =>
  `${sorted}[least(toInt64(${length}), toInt64(ceil(${length} / 2 + 0.98 * sqrt(${length}))) + 1)]`;

/**
 * The median of per-device medians (a pooled median can be poisoned by one busy device). The interval is over devices
 * from six on, over each device's samples below that. At most 1,024 samples of a device count. `sizes`: with the size
 * features too.
 */
function estimates(keys: Readonly<Record<string, string>>, where: string, sizes: boolean): string {
  // Keys get names of their own inside, so that an alias never shadows a column of the table.
  const names = Object.keys(keys);
  const inner = names.map((name) => `${keys[name]} AS key_${name}`).join(', ');
  const grouped = names.map((name) => `key_${name}`).join(', ');
  return `
SELECT ${names.map((name) => `key_${name} AS ${name}`).join(', ')}, ${sizes ? 'work, smallest AS features, ' : ''}
  devices, samples, ${middle('ranked', 'devices')} AS medianNs,
  if(devices < 6, lowest, ${low('ranked', 'devices')}) AS lowNs,
  if(devices < 6, highest, ${high('ranked', 'devices')}) AS highNs
FROM (
  SELECT ${grouped}, toUInt32(count()) AS devices, toFloat64(sum(n)) AS samples, arraySort(groupArray(median)) AS ranked,
    ${sizes ? 'quantileExact(0.5)(product) AS work, min(smallest) AS smallest, ' : ''}min(lowest) AS lowest, max(highest) AS highest
  FROM (
    SELECT ${inner}, device, sum(length(latencies)) AS n,
      ${sizes ? 'avg(arrayProduct(features)) AS product, min(features) AS smallest, ' : ''}
      arraySort(groupArraySampleArray(1024, 7)(latencies)) AS sorted, length(sorted) AS kept,
      ${middle('sorted', 'kept')} AS median, ${low('sorted', 'kept')} AS lowest, ${high('sorted', 'kept')} AS highest
    FROM op_session WHERE ${WHERE} AND ${where} AND ${SAMPLED}
    GROUP BY ${grouped}, device
  )
  GROUP BY ${grouped}
)
ORDER BY ${names.join(', ')}`;
}

const HEAT_OF = `operator = {operator:String}
  AND ({specialization:String} = '' OR specialization = {specialization:String})`;

const CELL = `substringIndex(device_class, '/', {depth:UInt8})`;

/** Opens the store over a ClickHouse client, embedded or by URL. */
export function createSampleStore(clickhouse: ClickHouseQueries): SampleStore {
  const rows = async <Row>(query: string, parameters: Record<string, unknown>): Promise<Row[]> => {
    const result = await clickhouse.query({ query, query_params: parameters, format: 'JSONEachRow' });
    return result.json<Row>();
  };
  const devices = createDeviceSampler(rows, WHERE);
  const sampledRows = async <Row>(query: string, where: string, parameters: Record<string, unknown>) =>
    rows<Row>(query, { ...parameters, ...(await devices.forGroups(where, parameters)) });
  const estimateRows = async <Row extends Estimate>(
    keys: Readonly<Record<string, string>>,
    where: string,
    parameters: Record<string, unknown>,
  ) => sampledRows<Row>(estimates(keys, where, 'workBucket' in keys), where, parameters);

  return {
    async totals(filter) {
      const { scale, ...sample } = await devices.forScan();
      const [row] = await rows<{ samples: number; devices: number; last: number }>(
        `SELECT toFloat64(sum(length(latencies))) AS samples, toFloat64(uniq(device)) AS devices,
           toFloat64(toUnixTimestamp64Milli(max(received_at))) AS last
         FROM op_session WHERE ${WHERE} AND ${SAMPLED}`,
        { ...filter, ...sample },
      );
      return {
        samples: Math.round((row?.samples ?? 0) * scale),
        devices: Math.round((row?.devices ?? 0) * scale),
        lastMs: row?.samples ? row.last : null,
        estimated: scale > 1,
      };
    },
    async deviceClasses(filter) {
      const { scale, ...sample } = await devices.forScan();
      return rows<ClassRow>(
        `SELECT device_class AS deviceClass, round(sum(length(latencies)) * {scale:Float64}) AS samples,
           round(uniq(device) * {scale:Float64}) AS devices, toFloat64(toUnixTimestamp64Milli(max(received_at))) AS lastMs
         FROM op_session WHERE ${WHERE} AND ${SAMPLED}
         GROUP BY device_class ORDER BY samples DESC, deviceClass LIMIT 200`,
        { ...filter, ...sample, scale },
      );
    },
    async activity(filter, slotMs) {
      const { scale, ...sample } = await devices.forScan();
      return rows<{ tag: string; slot: number; count: number }>(
        `SELECT tag,
           toFloat64(intDiv(toUnixTimestamp64Milli(ts) - {fromMs:Int64}, {slotMs:Int64})) AS slot,
           round(sum(length(latencies)) * {scale:Float64}) AS count
         FROM op_session WHERE ${WHERE} AND ${SAMPLED} AND operator = 'everypath.call'
         GROUP BY tag, slot ORDER BY tag, slot`,
        { ...filter, ...sample, slotMs, scale },
      );
    },
    variants: (filter, tag) =>
      estimateRows<Estimate & { variant: string }>(
        { variant: 'operator_variant' },
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
          operator: 'operator',
          specialization: 'specialization',
          workBucket: 'work_bucket',
          cell: CELL,
          operatorVariant: 'operator_variant',
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
