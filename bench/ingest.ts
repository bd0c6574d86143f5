// How many latency samples a second does the ingest take, on disk and stored, against what the engine alone stores? The
// load comes over HTTP from the same machine and shares its cores. `--soak=SECONDS` adds minutes of half load.

import { availableParallelism } from 'node:os';
import { type CeilingTable, openCeiling } from './ingest/ceiling.ts';
import type { LoadOrder, LoadResult } from './ingest/load.ts';
import { openScene, type Scene } from './ingest/scene.ts';
import { soak } from './ingest/soak.ts';
import { secondsBetween, type ThreadSeconds, threadSeconds } from './ingest/threads.ts';
import { type Figure, figureOf, spreadText } from './measure.ts';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const ROUNDS = 3;
const CONNECTIONS = 16;
/** What a client seals after a minute of a function of forty nodes; and the batch that the first prototype took. */
const LARGE = { records: 40, samples: 16 };
const SMALL = { records: 10, samples: 10 };

type Order = Omit<LoadOrder, 'port'>;

const ORDERS: readonly (readonly [name: string, order: Order])[] = [
  ['compact', { encoding: 'compact', shape: LARGE, connections: CONNECTIONS, batches: 3_000 }],
  ['JSON', { encoding: 'json', shape: LARGE, connections: CONNECTIONS, batches: 3_000 }],
  [
    'compact in zstd',
    { encoding: 'compact', compression: 'zstd', shape: LARGE, connections: CONNECTIONS, batches: 750 },
  ],
  [
    'JSON in gzip',
    { encoding: 'json', compression: 'gzip', shape: LARGE, connections: CONNECTIONS, batches: 750 },
  ],
  [
    'compact, 100 samples a batch',
    { encoding: 'compact', shape: SMALL, connections: CONNECTIONS, batches: 5_000 },
  ],
];

const CEILINGS: readonly (readonly [table: CeilingTable, name: string])[] = [
  ['row_a_sample', 'engine alone, RowBinary file of a row a sample'],
  ['sessions', 'engine alone, RowBinary file of the stored sessions'],
  ['sessions_and_histogram', 'the same into the same tables, with the daily histogram'],
];

const samplesOf = ({ shape, batches }: Order): number => shape.records * shape.samples * batches;

interface Taken {
  readonly acknowledged: number;
  readonly stored: number;
  readonly p99Ms: number;
  readonly lagSeconds: number;
  /** Processor time of the load, and of the service where the system tells. */
  readonly loadSeconds: number;
  readonly threads: ThreadSeconds | undefined;
}

/** Samples a second to the last answer and to the last row, and how far storing fell behind. */
async function measure(scene: Scene, order: Order): Promise<Taken> {
  let spooled = 0;
  const watch = setInterval(() => {
    spooled = Math.max(spooled, scene.ingest.stats().ledger.spooled);
  }, 25);
  const before = threadSeconds();
  const startMs = performance.now();
  const { ms, p99Ms, cpuSeconds } = await scene.load(order);
  // The load prepares its bytes before its clock starts.
  const beforeMs = performance.now() - startMs - ms;
  await scene.ingest.flush();
  clearInterval(watch);
  const stored = (samplesOf(order) / (performance.now() - startMs - beforeMs)) * 1e3;
  const after = threadSeconds();
  return {
    acknowledged: (samplesOf(order) / ms) * 1e3,
    stored,
    p99Ms,
    lagSeconds: spooled / stored,
    loadSeconds: cpuSeconds,
    threads: before && after && secondsBetween(before, after),
  };
}

/** Processor time of a million samples, by who spends it: on so many cores no rate is above cores by this. */
function costRow(order: Order, rounds: readonly Taken[]): readonly BenchRow[] {
  const shares = rounds.flatMap(({ threads, loadSeconds }) =>
    threads === undefined ? [] : [{ load: loadSeconds, ...threads }],
  );
  const [first] = shares;
  if (first === undefined) return [];
  const million = samplesOf(order) / 1e6;
  const names = Object.keys(first) as (keyof typeof first)[];
  const medians = names.map((name) => figureOf(shares.map((each) => each[name] / million)).median);
  const sum = medians.reduce((total, each) => total + each, 0);
  return [
    {
      name: 'processor time of a million samples: compact',
      value: sum,
      unit: 's',
      note: [
        ...names.map((name, index) => `${name} ${medians[index]!.toFixed(2)}`),
        `${availableParallelism()} cores: ${(availableParallelism() / sum).toFixed(2)} million samples/s at most`,
      ].join(', '),
    },
  ];
}

async function measureAll(scene: Scene): Promise<readonly BenchRow[]> {
  for (const [, order] of ORDERS) await measure(scene, order);
  const ceiling = await openCeiling(scene.clickhouse, scene.root);
  const tops = CEILINGS.map((): Awaited<ReturnType<typeof ceiling.measure>>[] => []);
  for (const [table] of CEILINGS) await ceiling.measure(table);
  const taken = ORDERS.map((): Taken[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, [table]] of CEILINGS.entries()) tops[index]?.push(await ceiling.measure(table));
    for (const [index, [, order]] of ORDERS.entries()) taken[index]?.push(await measure(scene, order));
  }
  const [top = Number.NaN, , same = Number.NaN] = tops.map(
    (each) => figureOf(each.map(({ perSecond }) => perSecond)).median,
  );
  const rate = (name: string, figure: Figure, note = ''): BenchRow => ({
    name,
    value: figure.median,
    unit: 'samples/s',
    ratio: figure.median / top,
    note: [spreadText(figure), note].filter((text) => text !== '').join('; '),
  });
  const rows = CEILINGS.map(([, name], index) => {
    const measured = tops[index] ?? [];
    const cpu = figureOf(measured.map(({ cpuPerMillion }) => cpuPerMillion)).median;
    const note = Number.isNaN(cpu) ? '' : `${cpu.toFixed(2)} s of processor time a million`;
    return rate(`ceiling: ${name}`, figureOf(measured.map(({ perSecond }) => perSecond)), note);
  });
  for (const [index, [name]] of ORDERS.entries()) {
    const rounds = taken[index] ?? [];
    const p99 = figureOf(rounds.map(({ p99Ms }) => p99Ms)).median;
    const lag = Math.max(...rounds.map(({ lagSeconds }) => lagSeconds));
    const note = `p99 of an answer ${p99.toFixed(1)} ms`;
    rows.push(
      rate(`acknowledged (on disk): ${name}`, figureOf(rounds.map((each) => each.acknowledged)), note),
    );
    const stored = figureOf(rounds.map((each) => each.stored));
    rows.push(
      rate(
        `stored, histogram included: ${name}`,
        stored,
        `longest lag ${lag.toFixed(2)} s; × ${(stored.median / same).toFixed(2)} of the ceiling with the histogram`,
      ),
    );
  }
  rows.push(...costRow(ORDERS[0]![1], taken[0] ?? []));
  return rows;
}

/** The share of the full rate at which answers are timed. */
const HALF = 0.5;

async function halfLoad(scene: Scene, rows: readonly BenchRow[]): Promise<BenchRow> {
  const full = rows.find(({ name }) => name.startsWith('stored, histogram included: compact'))?.value ?? 0;
  const perSecond = (full * HALF) / (LARGE.records * LARGE.samples);
  const order: Order = {
    encoding: 'compact',
    shape: LARGE,
    connections: CONNECTIONS,
    perSecond,
    batches: perSecond * 8,
  };
  const { p50Ms, p99Ms } = await scene.load({ ...order, batches: Math.round(order.batches) });
  await scene.ingest.flush();
  return {
    name: 'p99 of an answer at half of that load',
    value: p99Ms,
    unit: 'ms',
    note: `p50 ${p50Ms.toFixed(1)} ms, ${Math.round(perSecond)} batches/s`,
  };
}

/** The spool takes a burst while ClickHouse is away: nothing but the way to the disk. */
async function burst(scene: Scene, rows: readonly BenchRow[]): Promise<BenchRow> {
  const order: Order = { encoding: 'compact', shape: SMALL, connections: CONNECTIONS, batches: 10_000 };
  await scene.clickhouse.writer.command({ query: 'RENAME TABLE receipt TO receipt_away' });
  await scene.ingest.flush().catch(() => {});
  const rounds: LoadResult[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await scene.load(order));
  await scene.clickhouse.writer.command({ query: 'RENAME TABLE receipt_away TO receipt' });
  await scene.ingest.flush();
  const figure = figureOf(rounds.map(({ ms }) => (samplesOf(order) / ms) * 1e3));
  const p99Ms = figureOf(rounds.map((round) => round.p99Ms)).median;
  return {
    name: 'acknowledged while ClickHouse is away: compact, 100 samples a batch',
    value: figure.median,
    unit: 'samples/s',
    ratio: figure.median / (rows[0]?.value ?? Number.NaN),
    note: `${spreadText(figure)}; p99 of an answer ${p99Ms.toFixed(1)} ms`,
  };
}

function soakSeconds(): number {
  const given = process.argv.find((argument) => argument.startsWith('--soak'));
  return given === undefined ? 0 : Number(given.split('=')[1] ?? 600);
}

export async function run(_: BenchOptions): Promise<BenchReport> {
  const scene = await openScene();
  try {
    const seconds = soakSeconds();
    const rows = [...(await measureAll(scene))];
    rows.push(await halfLoad(scene, rows), await burst(scene, rows));
    if (seconds > 0) {
      const perSecond =
        ((rows.find(({ name }) => name.startsWith('stored'))?.value ?? 0) * HALF) /
        (LARGE.records * LARGE.samples);
      rows.push(
        ...(await soak(
          scene,
          { encoding: 'compact', shape: LARGE, connections: CONNECTIONS },
          perSecond,
          seconds,
        )),
      );
    }
    await scene.ingest.flush();
    const { ledger } = scene.ingest.stats();
    if (ledger.stored !== ledger.received)
      throw new Error(`stored ${ledger.stored} of ${ledger.received} samples`);
    return {
      name: `ingest: ${LARGE.records * LARGE.samples} samples a batch over ${CONNECTIONS} connections, load on the same machine`,
      rows,
    };
  } finally {
    await scene.close();
  }
}
