// How long does a refit take as the fleet grows? Aggregated cells (class × operator × operator variant × size), fitted
// on two threads: all of them, then again after one in a hundred changed. A tenth, a fifth, a half and the whole show
// growth. And how well is a class served that nobody measured yet: device classes that join a simulated fleet late, and
// each device of the tables named by EVERYPATH_SELECTOR_DATA (paths, by commas) left out of them.

import { basename } from 'node:path';
import {
  CellPool,
  createWorld,
  evaluateTable,
  type FamilyCells,
  inProcessEngine,
  leaveClassesOut,
  readTable,
  simulateFleet,
} from '@everypath/variant-selector';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const THREADS = 2;
const CLASSES = 1000;
const OPERATOR_VARIANTS = 10;
const SIZES = 5;
const FAMILY_ROWS = CLASSES * OPERATOR_VARIANTS * SIZES;
const FAMILIES = Number(process.env.EVERYPATH_BENCH_FAMILIES ?? 200);
const CHANGED = 0.01;

/** Park and Miller's minimal standard generator: the same cells on every machine. */
function seeded(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const classNames = Array.from(
  { length: CLASSES },
  (_, index) =>
    `${index % 2 ? 'linux-x86_64/x86-64-v3' : 'android-arm64/armv8.2-a'}/micro-${index % 60}/model-${index}`,
);

/** How many cells of the tree come before each class's own: classes are numbered as they are first named. */
function classIndices(): Int32Array {
  const seen = new Map<string, number>();
  return Int32Array.from(classNames, (name) => {
    const parts = name.split('/');
    let last = 0;
    for (const cell of ['*', ...parts.map((_, depth) => parts.slice(0, depth + 1).join('/'))]) {
      if (!seen.has(cell)) seen.set(cell, seen.size);
      last = seen.get(cell)!;
    }
    return last;
  });
}

/** One family's cells: speeds by class, contrasts by operator variant and class, a slope, steps and noise. */
function familyOf(family: number, classes: Int32Array): FamilyCells {
  const random = seeded(family + 1);
  const noise = (sd: number): number => sd * 1.73 * (2 * random() - 1);
  const leaves = CLASSES * OPERATOR_VARIANTS;
  const cells: FamilyCells = {
    operator: `bench.op${family}`,
    specialization: 'float32_2',
    operatorVariants: Array.from({ length: OPERATOR_VARIANTS }, (_, index) => `variant${index}`),
    sizes: Array.from({ length: SIZES }, (_, index) => [64 << index]),
    featureCount: 1,
    coordinates: Float64Array.from({ length: SIZES }, (_, index) => Math.log1p(64 << index)),
    leafVariant: new Uint16Array(leaves),
    leafClass: new Int32Array(leaves),
    leafStart: new Uint32Array(leaves + 1),
    size: new Uint16Array(FAMILY_ROWS),
    logNs: new Float32Array(FAMILY_ROWS),
    precision: new Float32Array(FAMILY_ROWS),
    samples: new Uint32Array(FAMILY_ROWS).fill(64),
  };
  const speeds = Array.from({ length: CLASSES }, () => 8 + noise(0.5));
  let row = 0;
  for (let leaf = 0; leaf < leaves; leaf += 1) {
    const variant = Math.floor(leaf / CLASSES);
    const own = leaf % CLASSES;
    cells.leafVariant[leaf] = variant;
    cells.leafClass[leaf] = classes[own]!;
    cells.leafStart[leaf] = row;
    const level = speeds[own]! + 0.2 * variant + noise(0.2);
    for (let size = 0; size < SIZES; size += 1, row += 1) {
      cells.size[row] = size;
      cells.logNs[row] = level + 0.9 * Math.log1p(64 << size) + noise(0.08);
      cells.precision[row] = 1 / (0.004 + 0.02 * random());
    }
  }
  cells.leafStart[leaves] = row;
  return cells;
}

const keyOf = (family: number): string => `bench.op${family}\nfloat32_2`;

async function measure(
  families: number,
  before: number,
): Promise<{ fitMs: number; changeMs: number; mib: number; cellMib: number; cells: number }> {
  const classes = classIndices();
  const pool = new CellPool(THREADS);
  try {
    await pool.classes(classNames);
    for (let family = 0; family < families; family += 1)
      await pool.load(keyOf(family), familyOf(family, classes));
    const start = performance.now();
    const { rows, cellBytes } = await pool.fit();
    const fitMs = performance.now() - start;
    const random = seeded(7);
    // Spread over all families: the least favourable way to change one in a hundred.
    const count = Math.round(FAMILY_ROWS * CHANGED);
    const changes = Array.from({ length: families }, (_, family) => ({
      key: keyOf(family),
      rows: Uint32Array.from({ length: count }, () => Math.floor(random() * FAMILY_ROWS)),
      logNs: Float32Array.from({ length: count }, () => 12 + random()),
      precision: new Float32Array(count).fill(100),
    }));
    const again = performance.now();
    await pool.change(changes);
    const changeMs = performance.now() - again;
    return {
      fitMs,
      changeMs,
      mib: (process.memoryUsage().rss - before) / 2 ** 20,
      cellMib: cellBytes / 2 ** 20,
      cells: rows,
    };
  } finally {
    await pool.close();
  }
}

const LATE = { seed: 1, classes: 40, variants: 300, devices: 5000, fetches: 3, lateClasses: 10 };
const HOUR_MS = 3_600_000;

/** Mean regret of the first fetches of classes that join when the others have been measured for long. */
async function lateClasses(): Promise<readonly BenchRow[]> {
  const { seed, classes, variants, lateClasses: late } = LATE;
  const world = createWorld({ seed: `${seed}`, classes, variants });
  const result = await simulateFleet(world, inProcessEngine(world, { seed: `${seed}` }), {
    ...LATE,
    startMs: 0,
    durationMs: 72 * HOUR_MS,
    liars: 0,
    baselines: false,
  });
  const byClass = Map.groupBy(result.served, (each) => each.classIndex);
  return [1, 5, 20].map((count) => {
    const first = [...byClass]
      .filter(([index]) => index >= classes - late)
      .flatMap(([, own]) => own.slice(0, count));
    const regret = first.reduce((sum, { slowdown }) => sum + slowdown - 1, 0) / first.length;
    const note = `mean regret, exploration included; ${late} of ${classes} simulated classes`;
    return { name: `class that joins late, fetches 1 to ${count}`, value: 100 * regret, unit: '%', note };
  });
}

/** Regret of what an unknown class is served first, beside that of the evaluated policy before its first probe. */
async function unseenClasses(path: string): Promise<readonly BenchRow[]> {
  const table = await readTable(path);
  const { classes, problems, regret, inheritedRegret, trust } = leaveClassesOut(table);
  const { results } = await evaluateTable(table, { probes: [0], policies: ['default', 'sbs'], repeats: 1 });
  const of = (policy: string): number => results.find((each) => each.policy === policy)!.gmRegret;
  const name = basename(path).split('.')[0]!;
  const trusted = Object.entries(trust).map(([who, share]) => `${who} ${share.toFixed(2)}`);
  const row = (what: string, value: number, note: string): BenchRow => ({
    name: `${name}, unseen class, ${what}`,
    value: 100 * (value - 1),
    unit: '%',
    note,
  });
  return [
    row('as served', regret, `${classes} classes, ${problems} problems; trust: ${trusted.join(', ')}`),
    row('by the tree of classes alone', inheritedRegret, 'what is served where nothing foresees better'),
    row('as evaluated, no probe', of('default'), 'everypath selector evaluate --probes 0: by all features'),
    row('single best variant', of('sbs'), 'geometric-mean regret, as all of these'),
  ];
}

export async function run({ json }: BenchOptions): Promise<BenchReport> {
  const rows: BenchRow[] = [];
  const before = process.memoryUsage().rss;
  let first: { readonly perCell: number } | null = null;
  for (const share of [0.1, 0.2, 0.5, 1]) {
    const families = Math.max(THREADS, Math.round(FAMILIES * share));
    const { fitMs, changeMs, mib, cellMib, cells } = await measure(families, before);
    if (!json) console.log(`selector: ${cells} cells fitted`);
    const million = `${(cells / 1e6).toFixed(2)} million cells`;
    const perCell = fitMs / cells;
    first ??= { perCell };
    rows.push(
      {
        name: `refit, ${million}`,
        value: fitMs / 1000,
        unit: 's',
        ratio: perCell / first.perCell,
        note: `time a cell against the smallest; ${THREADS} threads`,
      },
      {
        name: `increment of 1 %, ${million}`,
        value: changeMs / 1000,
        unit: 's',
        ratio: changeMs / fitMs,
        note: 'against the refit; changed cells lie in every family',
      },
      {
        name: `memory, ${million}`,
        value: mib,
        unit: 'MiB',
        note: `resident, both threads; the cells themselves ${cellMib.toFixed(0)} MiB`,
      },
    );
  }
  rows.push(...(await lateClasses()));
  for (const path of (process.env.EVERYPATH_SELECTOR_DATA ?? '').split(',').filter(Boolean))
    rows.push(...(await unseenClasses(path)));
  return {
    name: `selector: ${CLASSES} classes, ${OPERATOR_VARIANTS} operator variants, ${SIZES} sizes a family`,
    rows,
  };
}
