// What does it cost to have every path? All variants of `preprocess.py` for nine targets, from nothing, again, with one
// operator variant more, and for the next function; a function with more paths than can be built; one named path; each
// against compiling every program by itself. Emission is timed apart from verification.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildResult, buildFunction, type IrModule } from '@everypath/compiler';
import { TARGET_NAMES } from '@everypath/schema';
import { moduleOf } from './compile-here.ts';
import { type AloneCost, costAlone } from './paths/alone.ts';
import { buildWithAddedVariant } from './paths/changed-library.ts';
import { type Timed, timeCpu } from './paths/cpu-time.ts';
import { measureNamedPaths } from './paths/named-paths.ts';
import { verifyWarm } from './paths/verify-warm.ts';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const example = (name: string) => join(import.meta.dirname, '..', 'examples', `${name}.py`);
const own = (name: string) => join(import.meta.dirname, 'functions', `${name}.py`);

/** What a machine reads: seconds are emission's, ratios are of CPU. */
interface PathsReport extends BenchReport {
  readonly variants: number;
  readonly targetsExecuted: number;
  readonly coldSeconds: number;
  readonly warmSeconds: number;
  readonly addOneSeconds: number;
  readonly nextSeconds: number;
  readonly verifySeconds: number;
  /** Of the function with more paths than can be built. */
  readonly cpuRatio: number;
  readonly preprocessCpuRatio: number;
  readonly nextCpuRatio: number;
  readonly manyPaths: string;
  readonly manyColdSeconds: number;
  readonly manyCachedSeconds: number;
  readonly namedPathMs: number;
  readonly namedPathWorstMs: number;
  /** With proof, registry, fetch and download. */
  readonly namedServedMs: number;
  readonly namedServedWorstMs: number;
}

type Built = Timed<BuildResult>;

const build = (module: IrModule, cacheDir: string): Promise<Built> =>
  timeCpu(() => buildFunction(module, { cacheDir }));

const countOf = ({ result }: Built): number => result.publication.variants.length;
const worked = ({ result: { compiles, links, cacheHits }, cpuSeconds }: Built): string =>
  `${compiles} compiles, ${links} links, ${cacheHits} cache hits, ${cpuSeconds.toFixed(1)} s of CPU`;

/** Runs the suite. */
export async function run({ json }: BenchOptions): Promise<PathsReport> {
  const say = (text: string) => {
    if (!json) console.log(`paths: ${text}`);
  };
  const folder = mkdtempSync(join(tmpdir(), 'everypath-bench-'));
  try {
    const preprocess = await moduleOf(example('preprocess'));
    const thumbnail = await moduleOf(own('thumbnail'));
    const survey = await moduleOf(own('survey'));
    const primer = await moduleOf(example('fma'));
    const few = await measureFew(folder, { preprocess, thumbnail, primer }, say);
    const many = await measureMany(folder, { survey, primer }, say);
    return { name: 'paths', rows: [...few.rows, ...many.rows], ...few.figures, ...many.figures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Modules<Name extends string> = Readonly<Record<Name, IrModule>>;
type Say = (text: string) => void;

async function measureFew(
  folder: string,
  { preprocess, thumbnail, primer }: Modules<'preprocess' | 'thumbnail' | 'primer'>,
  say: Say,
) {
  const dataDir = join(folder, 'few');
  const cacheDir = join(dataDir, 'build');
  const cold = await build(preprocess, cacheDir);
  const warm = await build(preprocess, cacheDir);
  say(`${countOf(cold)} variants of preprocess`);
  const next = await build(thumbnail, cacheDir);
  const irFile = join(folder, 'preprocess.ir');
  writeFileSync(irFile, cold.result.publication.irText);
  const added = buildWithAddedVariant(join(folder, 'changed'), irFile, cacheDir);
  say('one operator variant added; now single programs, one a target');
  const sample = { built: cold.result, module: preprocess, primer, targets: TARGET_NAMES };
  const alone = await costAlone(sample);
  say('verification');
  const verified = await verifyWarm(example('preprocess'), dataDir);
  const rows: readonly BenchRow[] = [
    { name: 'preprocess: variants over nine targets', value: countOf(cold), unit: '' },
    { name: 'cold', value: cold.result.emissionSeconds, unit: 's', note: worked(cold) },
    { name: 'warm', value: warm.result.emissionSeconds, unit: 's', note: worked(warm) },
    {
      name: 'one operator variant added',
      value: added.seconds,
      unit: 's',
      note: `${added.variants - countOf(cold)} variants more, ${added.compiles} compiles, ${added.links} links`,
    },
    {
      name: 'another function, same operators',
      value: next.result.emissionSeconds,
      unit: 's',
      note: worked(next),
    },
    { name: 'verification', value: verified.seconds, unit: 's', note: verified.note },
    aloneRow('preprocess', alone, cold),
    aloneRow('another function', alone, next),
  ];
  return {
    rows,
    figures: {
      variants: countOf(cold),
      targetsExecuted: verified.targetsExecuted,
      coldSeconds: cold.result.emissionSeconds,
      warmSeconds: warm.result.emissionSeconds,
      addOneSeconds: added.seconds,
      nextSeconds: next.result.emissionSeconds,
      verifySeconds: verified.seconds,
      preprocessCpuRatio: alone.cpuSeconds / cold.cpuSeconds,
      nextCpuRatio: alone.cpuSeconds / next.cpuSeconds,
    },
  };
}

const aloneRow = (name: string, alone: AloneCost, built: Built): BenchRow => ({
  name: `${name}, each program by itself: CPU`,
  value: alone.cpuSeconds,
  unit: 's',
  ratio: alone.cpuSeconds / built.cpuSeconds,
  note: `from ${alone.sampled} programs, one a target`,
});

async function measureMany(folder: string, { survey, primer }: Modules<'survey' | 'primer'>, say: Say) {
  const dataDir = join(folder, 'many');
  const cacheDir = join(dataDir, 'build');
  say('a function of more paths than can be built');
  const cold = await build(survey, cacheDir);
  // The same operators under another name: its glue and all its programs are new.
  const cached = await build({ ...survey, tag: `${survey.tag}-again` }, cacheDir);
  const paths = cold.result.targets.reduce((sum, target) => sum + target.paths, 0n);
  const pairs = cold.result.targets.every((target) => target.pairs.covered === target.pairs.total);
  const targets = ['linux-x86_64', 'linux-arm64', 'wasm32'] as const;
  const alone = await costAlone({ built: cold.result, module: survey, primer, targets });
  say('named paths, linked, proven and served');
  const { publication, files } = cold.result;
  const named = await measureNamedPaths(dataDir, own('survey'), publication, files);
  const { nodes } = publication;
  const rows: readonly BenchRow[] = [
    {
      name: `survey: ${nodes.length} nodes, paths over nine targets`,
      value: Number(paths),
      unit: '',
      note: `${countOf(cold)} built; ${pairs ? 'every pair of operator variants is in one' : 'not every pair is covered'}`,
    },
    { name: 'cold', value: cold.result.emissionSeconds, unit: 's', note: worked(cold) },
    {
      name: 'objects of its operators cached',
      value: cached.result.emissionSeconds,
      unit: 's',
      note: worked(cached),
    },
    aloneRow('survey', alone, cold),
    {
      name: 'a named path, linked on demand',
      value: named.linkMs,
      unit: 'ms',
      note: `worst ${named.worstLinkMs.toFixed(0)} ms, ${named.compiles} compiles`,
    },
    {
      name: 'a named path, linked, proven, published, fetched, downloaded',
      value: named.servedMs,
      unit: 'ms',
      note: `worst ${named.worstServedMs.toFixed(0)} ms; ${named.executed} of ${named.asked} executed`,
    },
    { name: 'a path of that number, found', value: named.findMs, unit: 'ms' },
  ];
  return {
    rows,
    figures: {
      manyPaths: String(paths),
      manyColdSeconds: cold.result.emissionSeconds,
      manyCachedSeconds: cached.result.emissionSeconds,
      cpuRatio: alone.cpuSeconds / cold.cpuSeconds,
      namedPathMs: named.linkMs,
      namedPathWorstMs: named.worstLinkMs,
      namedServedMs: named.servedMs,
      namedServedWorstMs: named.worstServedMs,
    },
  };
}
