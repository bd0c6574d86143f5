// `npm run tables -- NAME CHECKOUT OUT.csv.gz`: makes a table for `everypath selector evaluate` out of measurements that
// others published, from a checkout of their repository.

import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { readClickBench } from './clickbench.ts';
import { readKernelTuner } from './kernel-tuner.ts';
import type { Measurement } from './measurement.ts';
import { readNcnn } from './ncnn.ts';

const SOURCES: Readonly<Record<string, (checkout: string) => Iterable<Measurement>>> = {
  clickbench: readClickBench,
  'kernel-tuner': readKernelTuner,
  ncnn: readNcnn,
};

const HELP = `Usage: npm run tables -- NAME CHECKOUT OUT.csv.gz

make a table for 'everypath selector evaluate' from a checkout of published measurements

  clickbench    database engines      github.com/ClickHouse/ClickBench
  kernel-tuner  GPU kernels           github.com/AutoTuningAssociation/benchmark_hub
  ncnn          phones and boards     github.com/Tencent/ncnn (benchmark/README.md)`;

const COLUMNS = [
  'dataset',
  'device',
  'device_features',
  'operator',
  'variant',
  'size_features',
  'latency_us',
  'meta',
];

const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;

function* linesOf(dataset: string, measurements: Iterable<Measurement>): Generator<string> {
  yield `${COLUMNS.join()}\n`;
  for (const { device, features, operator, variant, latencyUs, meta } of measurements) {
    const fields = [device, JSON.stringify(features), operator, variant, '{}', String(latencyUs)];
    yield `${[dataset, ...fields, JSON.stringify(meta)].map(quote).join()}\n`;
  }
}

async function main([name = '', checkout, out]: readonly string[]): Promise<number> {
  const read = SOURCES[name];
  if (read === undefined || checkout === undefined || out === undefined) {
    console.error(HELP);
    return 2;
  }
  await pipeline(Readable.from(linesOf(name, read(checkout))), createGzip(), createWriteStream(out));
  console.log(`everypath selector evaluate --data ${out}`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
