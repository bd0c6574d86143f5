// What does it cost to compile every variant of `preprocess.py` for nine targets: from nothing, again, and against
// compiling each program by itself?

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildResult, buildFunction, type IrModule } from '@everypath/compiler';
import { TARGET_NAMES } from '@everypath/schema';
import { moduleOf } from './compile-here.ts';
import { figureOf, spreadText } from './measure.ts';
import type { BenchOptions, BenchReport } from './suite.ts';

const example = join(import.meta.dirname, '..', 'examples', 'preprocess.py');

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'everypath-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds to build one program from nothing on each target: what every program would cost without sharing. */
async function alone(module: IrModule): Promise<readonly number[]> {
  const seconds: number[] = [];
  for (const target of TARGET_NAMES) {
    const result = await inFolder((cacheDir) =>
      buildFunction(module, { targets: [target], cacheDir, budget: 1 }),
    );
    if (result.publication.variants.length > 0)
      seconds.push(result.seconds / result.publication.variants.length);
  }
  return seconds;
}

const worked = ({ compiles, links, cacheHits }: BuildResult): string =>
  `${compiles} compiles, ${links} links, ${cacheHits} cache hits`;

/** Runs the suite. */
export async function run({ json }: BenchOptions): Promise<BenchReport> {
  const module = await moduleOf(example);
  const { cold, warm } = await inFolder(async (cacheDir) => ({
    cold: await buildFunction(module, { cacheDir }),
    warm: await buildFunction(module, { cacheDir }),
  }));
  const variants = cold.publication.variants.length;
  if (!json) console.log(`compile: ${variants} variants; now single programs, one a target`);
  const sample = await alone(module);
  const one = figureOf(sample);
  const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length;
  const total = mean * variants;
  return {
    name: 'compile',
    rows: [
      { name: 'variants over nine targets', value: variants, unit: '' },
      { name: 'all variants, cold', value: cold.seconds, unit: 's', note: worked(cold) },
      {
        name: 'all variants, warm',
        value: warm.seconds,
        unit: 's',
        ratio: warm.seconds / cold.seconds,
        note: worked(warm),
      },
      {
        name: 'one program by itself, cold',
        value: one.median,
        unit: 's',
        note: `sample: one program on each of ${sample.length} targets, ${spreadText(one)}`,
      },
      {
        name: 'each program by itself',
        value: total,
        unit: 's',
        ratio: total / cold.seconds,
        note: `the sample's mean × ${variants}`,
      },
    ],
  };
}
