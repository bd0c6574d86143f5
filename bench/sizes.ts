// Which estimator foresees latency at a size that nobody measured? Curves of one variant on one device, every second
// size held out. EVERYPATH_BENCH_TABLE names a table of measurements; without it curves with cache steps are made up.

import { collectTable, compareSizeEstimators, readTable, type Table } from '@everypath/variant-selector';
import type { BenchReport } from './suite.ts';

const CURVES = 400;

/** Park and Miller's minimal standard generator: the same curves on every machine. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Fixed cost, cost per byte that steps up where caches end, and a few slow outliers. */
function madeUp(): Promise<Table> {
  const random = seeded(7);
  const rows = ['device,operator,variant,size_features,latency_us'.split(',')];
  for (let curve = 0; curve < CURVES; curve += 1) {
    const fixed = 0.05 * (1 + random());
    const rate = 1e-4 * (0.5 + random());
    const [l1, l2] = [3e4 * (1 + random()), 1e6 * (1 + random())];
    for (let n = 64; n <= 2 ** 24; n *= 4) {
      const step = 1 + (n > l1 ? 0.6 * random() : 0) + (n > l2 ? 1.5 : 0);
      const noise = Math.exp(0.04 * (random() - 0.5)) * (random() < 0.03 ? 1 + 2 * random() : 1);
      rows.push([`d${curve}`, 'o', 'v', `{"n":${n}}`, String((fixed + rate * n * step) * noise)]);
    }
  }
  return collectTable(rows);
}

export async function run(): Promise<BenchReport> {
  const path = process.env.EVERYPATH_BENCH_TABLE;
  const figures = compareSizeEstimators(path === undefined ? await madeUp() : await readTable(path));
  const served = figures.find(({ name }) => name.startsWith('served'))!;
  return {
    name: `error of log latency at sizes held out (${path === undefined ? 'made-up curves' : 'measured curves'})`,
    rows: figures.map(({ name, median, p90, points }) => ({
      name,
      value: median,
      unit: 'median |error|',
      ratio: median / served.median,
      note: `p90 ${p90.toFixed(3)}, ${points} points`,
    })),
  };
}
