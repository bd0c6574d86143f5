// One build by 1, 2 and 4 workers, each with one job at a time, from an empty bucket: what the queue and the bucket
// cost, and what more workers gain. Beside it the same build by this machine alone, with one job at a time.

import { join } from 'node:path';
import { openWorkerFarm, printed } from '../platform/test/workers/worker-farm.ts';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const EXAMPLE = join(import.meta.dirname, '../examples/similarity.py');
const COUNTS = [1, 2, 4] as const;

interface Summary {
  readonly variants: number;
  readonly seconds: number;
  readonly compiles: number;
  readonly links: number;
}

async function build(workers: number): Promise<Summary> {
  const farm = await openWorkerFarm();
  if (farm === null) {
    throw new Error('PostgreSQL or the S3 server is missing: install postgresql, and Go to build the server');
  }
  try {
    for (let count = 0; count < workers; count++) farm.startWorker();
    const flags = workers === 0 ? [] : ['--workers'];
    const finished = await farm.everypath(['compile', EXAMPLE, '--json', ...flags]);
    if (finished.code !== 0) throw new Error(finished.output);
    return printed(finished) as Summary;
  } finally {
    await farm.close();
  }
}

export async function run({ json }: BenchOptions): Promise<BenchReport> {
  const rows: BenchRow[] = [];
  let one = Number.NaN;
  for (const workers of [0, ...COUNTS]) {
    const { seconds, variants, compiles, links } = await build(workers);
    if (workers === 1) one = seconds;
    const name = workers === 0 ? 'this machine alone' : `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
    const row: BenchRow = {
      name,
      value: seconds,
      unit: 's',
      ...(workers > 1 ? { ratio: seconds / one } : {}),
      note: `${variants} variants, ${compiles} compiles, ${links} links, proofs included`,
    };
    rows.push(row);
    if (!json) console.error(`  ${name}: ${seconds.toFixed(1)} s`);
  }
  return { name: 'workers', rows };
}
