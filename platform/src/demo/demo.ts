// `everypath demo`: the whole loop on four real functions. Compiles, proves and publishes each; lets this machine's
// devices fetch, run and report; fits; fetches again; and holds the answer against every variant there is.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createFrontend } from '@everypath/compiler';
import { findChromium } from '../chromium.ts';
import { createApi } from '../cli/api.ts';
import { type CommandContext, configOf } from '../cli/context.ts';
import { publish } from '../compile-and-publish.ts';
import { processorTicks, stolenSince, stolenText } from '../measure/stolen-time.ts';
import { type Platform, startPlatform } from '../server.ts';
import { browserDevice } from './browser-device.ts';
import { type BuildSummary, type CompiledExample, compileExample, type Workshop } from './compile-example.ts';
import type { DemoDevice } from './demo-device.ts';
import { type DemoExample, demoExamples } from './demo-examples.ts';
import { learn } from './learn.ts';
import { nodeDevices } from './node-devices.ts';
import { type Pair, pairsOf } from './pair.ts';
import { type DemoRow, formatTable, regret, rowOf } from './regret-table.ts';
import { timeEveryVariant } from './time-every-variant.ts';

interface DemoReport {
  readonly rows: readonly DemoRow[];
  readonly builds: readonly BuildSummary[];
  readonly seconds: number;
  /** Of the processors' time, what the machine's host took meanwhile; null where the system does not say. */
  readonly stolen: number | null;
}

/** A class is one machine here, and a dozen visits: a new champion goes to all of it at once, not to a growing share. */
const POLICY = { rolloutStart: 1, rolloutDevices: 1, exploreShare: 0.6 };

const SEED = 20261120;

/** Runs the demo. Throws a `Failure` when a step fails or a result is not CPython's. */
export async function demoCommand(context: CommandContext, args: readonly string[]): Promise<void> {
  const { values: flags } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  const { output, clock } = context;
  const startMs = clock.ticksMs();
  const ticks = processorTicks();
  const config = await configOf(context);
  const dataDir = join(config.dataDir, 'demo');
  // A demo starts from nothing but the compiler's cache, so that its first fetches are cold.
  await rm(dataDir, { recursive: true, force: true });
  // Each takes seconds of its own to wake up.
  const [platform, frontend] = await Promise.all([
    startPlatform({ dataDir, port: 0, mode: 'command', logLevel: 'error', selector: { policy: POLICY } }),
    createFrontend(),
  ]);
  const closers: (() => Promise<void>)[] = [() => frontend.close(), () => platform.close()];
  try {
    const examples = demoExamples.filter(({ tag }) => flags.only === undefined || tag.includes(flags.only));
    const [opening, compiling] = await Promise.allSettled([
      openDevices(platform.url),
      compileAndPublish({ context, config, frontend }, platform, examples),
    ]);
    if (opening.status === 'rejected') throw opening.reason;
    const devices = opening.value;
    closers.unshift(...devices.map((device) => () => device.close()));
    if (compiling.status === 'rejected') throw compiling.reason;
    const compiled = compiling.value;
    if (!devices.some(({ name }) => name === 'chromium'))
      output.note('Chromium is not installed: the browser sits this demo out');
    output.note(`devices: ${devices.map(({ name }) => name).join(', ')}\n`);
    const pairs: Pair[] = [];
    for (const { summary, workload } of compiled)
      pairs.push(...(await pairsOf(platform, summary.tag, workload, devices, dataDir)));
    const rows = await runPairs(platform, pairs, output.note);
    const builds = compiled.map(({ summary }) => summary);
    const seconds = (clock.ticksMs() - startMs) / 1000;
    const report: DemoReport = { rows, builds, seconds, stolen: stolenSince(ticks) };
    if (flags.json) output.json({ ...report, rows: rows.map((row) => ({ ...row, regret: regret(row) })) });
    else for (const line of closing(report)) output.line(line);
    output.note(`See it all: npm run everypath -- up --data ${dataDir}`);
  } finally {
    for (const close of closers) await close();
  }
}

async function openDevices(url: string): Promise<DemoDevice[]> {
  const devices = await nodeDevices();
  const chromium = findChromium(process.env);
  if (chromium === null) return devices;
  try {
    return [...devices, await browserDevice(chromium, url)];
  } catch (error) {
    for (const device of devices) await device.close();
    throw error;
  }
}

/** One is sent while the next is compiled. */
async function compileAndPublish(
  workshop: Workshop,
  { url, publishToken }: Platform,
  examples: readonly DemoExample[],
): Promise<CompiledExample[]> {
  const api = createApi(url, publishToken);
  const done: CompiledExample[] = [];
  let publishing = Promise.resolve();
  for (const example of examples) {
    const [compiled] = await Promise.all([compileExample(workshop, example), publishing]);
    publishing = publish(api, compiled.build, compiled.cases);
    done.push(compiled);
  }
  await publishing;
  return done;
}

async function runPairs(
  platform: Platform,
  pairs: readonly Pair[],
  note: (text: string) => void,
): Promise<DemoRow[]> {
  const learned = await learn(platform, pairs, SEED, note);
  note('timing every variant …\n');
  const timed = await timeEveryVariant(
    pairs.map((pair) => ({ pair, keep: [learned.get(pair)!.served, learned.get(pair)!.cold] })),
    SEED,
  );
  return pairs.map((pair) => rowOf(pair, learned.get(pair)!, timed.get(pair)!));
}

function closing({ rows, builds, seconds, stolen }: DemoReport): readonly string[] {
  const within = rows.filter((row) => regret(row) <= 0.05).length;
  const sum = (of: (build: BuildSummary) => number): number =>
    builds.reduce((total, build) => total + of(build), 0);
  return [
    formatTable(rows),
    '',
    `${within} of ${rows.length} rows within 5 % of the fastest variant there is`,
    `mean regret over the devices: ${meanRegrets(rows).join(', ')}`,
    `${sum((build) => build.variants)} variants, ${sum((build) => build.executed)} executed and equal to CPython, ` +
      `${sum((build) => build.inspected)} inspected; ${seconds.toFixed(0)} s`,
    ...stolenText(stolen),
  ];
}

/** By function: `@everypath/fma 0.4 %`. */
function meanRegrets(rows: readonly DemoRow[]): readonly string[] {
  return [...new Set(rows.map(({ tag }) => tag))].map((tag) => {
    const own = rows.filter((row) => row.tag === tag);
    const mean = own.reduce((sum, row) => sum + regret(row), 0) / own.length;
    return `${tag} ${(mean * 100).toFixed(1)} %`;
  });
}
