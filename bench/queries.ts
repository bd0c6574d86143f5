// How long do the dashboard's and the selector's own queries take over 10 million and over 100 million samples? The
// samples are made inside the embedded engine; EVERYPATH_BENCH_EVENTS names other sizes, comma-separated.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVICE_SHARDS } from '@everypath/schema';
import { type ClickHouse, migrateClickHouse, openClickHouse } from '@everypath/telemetry-ingest';
import { createSampleStore, type SampleFilter } from '../dashboard/src/store.ts';
import { readSampleText } from '../variant-selector/src/model/sample-store.ts';
import { figureOf, spreadText } from './measure.ts';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const SIZES = (process.env.EVERYPATH_BENCH_EVENTS ?? '10000000,100000000').split(',').map(Number);
/** Bounds of the median, by the number of samples. */
const LIMIT_MS: Readonly<Record<number, number>> = { 10000000: 100, 100000000: 300 };
const ROUNDS = 5;
/** A query that takes longer than this is not asked again. */
const SLOW_MS = 2_000;

const TAGS = 40;
const CLASSES = 300;
const DAY_MS = 86_400_000;
const DAYS = 20;
const CAUSES = ['auto', 'explore', 'forced', 'bench'] as const;

/**
 * A batch is 40 records of 16 samples: ten nodes at four sizes, one of the nodes the whole call. Batches arrive in the
 * order of time, over twenty days.
 */
const BATCH_RECORDS = 40;
const RECORD_SAMPLES = 16;

const insertSessions = (
  from: number,
  count: number,
  devices: number,
  batches: number,
): string => `INSERT INTO op_session
SELECT
  toUInt8(device % ${DEVICE_SHARDS}) AS device_shard,
  concat('linux-x86_64/x86-64-v', toString(class % 3 + 2), '/micro-', toString(class % 30), '/model-', toString(class)) AS device_class,
  if(position = 9, 'everypath.call', concat('operator.', toString((tag_number * 7 + position) % 60))) AS operator,
  if(position = 9, tag_name, 'float32_2') AS specialization,
  if(position = 9, variant_id, concat('variant-', toString((variant_number + position) % 6))) AS operator_variant,
  toUInt8(if(position = 9, 0, 7 + size)) AS work_bucket,
  if(position = 9, [], [toFloat64(bitShiftLeft(64, size))]) AS features,
  fromUnixTimestamp64Milli({nowMs:Int64} - toInt64((1 - batch / ${batches}) * ${DAYS * DAY_MS}), 'UTC') AS ts,
  ts AS received_at,
  tag_name AS tag,
  variant_id AS variant,
  if(position = 9, 4294967295, position) AS node,
  sipHash64(device_number) AS device,
  reinterpretAsUUID(sipHash128(batch)) AS batch_id,
  'node 24' AS sdk,
  ${RECORD_SAMPLES * 10} AS calls, 1 AS clock_ns,
  CAST(multiIf(batch % 50 = 0, 'explore', batch % 97 = 0, 'forced', 'auto') AS Enum8('auto' = 0, 'explore' = 1, 'forced' = 2, 'bench' = 3)) AS cause,
  arrayMap(i -> exp(log(10000) + position / 5 + variant_number / 20 + class / 400 + (cityHash64(number, i) % 1000) / 4000), range(${RECORD_SAMPLES})) AS latencies
FROM (
  SELECT number, intDiv(number, ${BATCH_RECORDS}) AS batch, cityHash64(batch) % ${devices} AS device_number,
    cityHash64(device_number, 3) % ${CLASSES} AS class, cityHash64(batch, 4) % ${TAGS} AS tag_number,
    cityHash64(batch, 5) % 12 AS variant_number, concat('@bench/f', toString(tag_number)) AS tag_name,
    lower(hex(sipHash64(tag_number, variant_number))) AS variant_id, number % 10 AS position,
    intDiv(number, 10) % 4 AS size
  FROM numbers(${from}, ${count})
)`;

async function fill({ writer }: ClickHouse, samples: number, nowMs: number): Promise<void> {
  // Nothing here asks the histogram, which takes longer to fill than all the rest.
  await writer.command({ query: 'DROP VIEW op_hist_of_session' });
  const records = samples / RECORD_SAMPLES;
  const chunk = 500_000;
  for (let from = 0; from < records; from += chunk) {
    await writer.command({
      query: insertSessions(from, Math.min(chunk, records - from), samples / 500, records / BATCH_RECORDS),
      query_params: { nowMs },
    });
  }
}

type Query = readonly [name: string, run: () => Promise<unknown>];

function queriesOf({ client }: ClickHouse, nowMs: number): readonly Query[] {
  const store = createSampleStore(client);
  const deviceClass = 'linux-x86_64/x86-64-v3/micro-1/model-1';
  const all: SampleFilter = { fromMs: nowMs - 30 * DAY_MS, causes: CAUSES, deviceClass: '' };
  const week: SampleFilter = { ...all, fromMs: nowMs - 7 * DAY_MS };
  const one: SampleFilter = { ...week, deviceClass };
  const tag = '@bench/f3';
  return [
    ['dashboard: totals', () => store.totals(all)],
    ['dashboard: device classes', () => store.deviceClasses(all)],
    ['dashboard: activity of a week', () => store.activity(week, 6 * 3_600_000)],
    ['dashboard: variants of a function in a class', () => store.variants(one, tag)],
    [
      'dashboard: nodes of a variant in a class',
      async () => store.nodes(one, tag, (await store.variants(one, tag))[0]?.variant ?? ''),
    ],
    ['dashboard: all operators, a week', () => store.operators(week, 3, '')],
    ['dashboard: one operator, a week', () => store.operators(week, 3, 'operator.7')],
    [
      'dashboard: heat of one operator, a week',
      () => store.heat(week, 'operator.7', 'float32_2', 6 * 3_600_000),
    ],
  ];
}

async function timed(run: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  // The first is a warm-up, unless it is so slow that its time is the answer.
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
    if ((times.at(-1) ?? 0) > SLOW_MS) return times.slice(-1);
  }
  return times.slice(1);
}

/** Refits whose slowest queries are compared. */
const REFIT_ROUNDS = 3;
const REFIT = { maxAgeDays: 30, rowBudget: 200_000 };

/** A refit reads in parts: its slowest query, and all of them. `sinceMs` null: everything, as once an hour. */
async function refit(
  { client }: ClickHouse,
  sinceMs: number | null,
): Promise<{ readonly slowestMs: number; readonly queries: number; readonly ms: number }> {
  const times: number[] = [];
  const timedClient = Object.create(client) as typeof client;
  timedClient.query = (async (query: Parameters<typeof client.query>[0]) => {
    const start = performance.now();
    const result = await client.query(query);
    times.push(performance.now() - start);
    return result;
  }) as typeof client.query;
  const start = performance.now();
  await readSampleText(timedClient, REFIT, sinceMs);
  return { slowestMs: Math.max(...times), queries: times.length, ms: performance.now() - start };
}

async function refitRows(
  clickhouse: ClickHouse,
  nowMs: number,
  samples: number,
): Promise<readonly BenchRow[]> {
  const limit = LIMIT_MS[samples];
  const rows: BenchRow[] = [];
  for (const [what, sinceMs] of [
    ['everything', null],
    ['what came in two minutes', nowMs - 120_000],
  ] as const) {
    const refits: Awaited<ReturnType<typeof refit>>[] = [];
    for (let round = 0; round < REFIT_ROUNDS; round++) refits.push(await refit(clickhouse, sinceMs));
    const slowest = figureOf(refits.map(({ slowestMs }) => slowestMs));
    const { queries, ms } = refits[0]!;
    rows.push({
      name: `${samples / 1e6} M, selector: refit of ${what}, slowest query`,
      value: slowest.median,
      unit: 'ms',
      ...(limit === undefined ? {} : { ratio: slowest.median / limit }),
      note: [
        spreadText(slowest),
        `${queries} queries in ${(ms / 1e3).toFixed(1)} s`,
        ...(limit === undefined ? [] : [`ratio to ${limit} ms`]),
      ].join('; '),
    });
  }
  return rows;
}

async function measure(samples: number, progress: (line: string) => void): Promise<readonly BenchRow[]> {
  const root = mkdtempSync(join(tmpdir(), 'everypath-queries-'));
  const clickhouse = openClickHouse({ path: join(root, 'clickhouse') });
  try {
    await migrateClickHouse(clickhouse);
    const nowMs = Date.now();
    const start = performance.now();
    await fill(clickhouse, samples, nowMs);
    progress(`${samples} samples in ${Math.round((performance.now() - start) / 1e3)} s`);
    const limit = LIMIT_MS[samples];
    const rows: BenchRow[] = [];
    for (const [name, run] of queriesOf(clickhouse, nowMs)) {
      const figure = figureOf(await timed(run));
      progress(`${name}: ${figure.median.toFixed(0)} ms`);
      rows.push({
        name: `${samples / 1e6} M, ${name}`,
        value: figure.median,
        unit: 'ms',
        ...(limit === undefined ? {} : { ratio: figure.median / limit }),
        note: `${spreadText(figure)}${limit === undefined ? '' : `; ratio to ${limit} ms`}`,
      });
    }
    const refits = await refitRows(clickhouse, nowMs, samples);
    for (const { name, value, note } of refits) progress(`${name}: ${value.toFixed(0)} ms, ${note}`);
    return [...rows, ...refits];
  } finally {
    await clickhouse.close();
    rmSync(root, { recursive: true, force: true });
  }
}

export async function run(_: BenchOptions): Promise<BenchReport> {
  const rows: BenchRow[] = [];
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  for (const samples of SIZES) rows.push(...(await measure(samples, progress)));
  return { name: 'queries of the dashboard and the selector', rows };
}
