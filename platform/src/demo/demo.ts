// `everypath demo`: the whole loop on four real functions. Compiles, proves and publishes each; lets this machine's
// devices fetch, run and report; fits; fetches again; and holds the answer against every variant there is.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createFrontend } from '@everypath/compiler';
import { findChromium } from '../chromium.ts';
import { type CommandContext, configOf } from '../cli/context.ts';
import { processorTicks, stolenSince, stolenText } from '../measure/stolen-time.ts';
import { startPlatform } from '../server.ts';
import type { Allowance } from '../verify/compare.ts';
import { browserDevice } from './browser-device.ts';
import { type BuildSummary, compileExample, type Demo } from './compile-example.ts';
import type { DemoDevice } from './demo-device.ts';
import { type DemoExample, demoExamples } from './demo-examples.ts';
import { nodeDevices } from './node-devices.ts';
import { type DemoRow, formatTable, regret } from './regret-table.ts';
import { runDevice } from './run-device.ts';
import { loadWorkload } from './workload.ts';

interface DemoReport {
  readonly rows: readonly DemoRow[];
  readonly builds: readonly BuildSummary[];
  readonly seconds: number;
  /** Of the processors' time, what the machine's host took meanwhile; null where the system does not say. */
  readonly stolen: number | null;
}

/** A class is one machine here, and a dozen visits: a new champion goes to all of it at once, not to a growing share. */
const POLICY = { rolloutStart: 1, rolloutDevices: 1, exploreShare: 0.6 };

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
    const devices = await openDevices(platform.url, output.note);
    closers.unshift(...devices.map((device) => () => device.close()));
    const rows: DemoRow[] = [];
    const builds: BuildSummary[] = [];
    const demo: Demo = { context, config, platform, frontend };
    for (const example of demoExamples.filter(
      ({ tag }) => flags.only === undefined || tag.includes(flags.only),
    )) {
      const { summary, allowance } = await compileExample(demo, example);
      builds.push(summary);
      rows.push(...(await runExample(demo, example, allowance, devices)));
    }
    const seconds = (clock.ticksMs() - startMs) / 1000;
    const report: DemoReport = { rows, builds, seconds, stolen: stolenSince(ticks) };
    if (flags.json) output.json({ ...report, rows: rows.map((row) => ({ ...row, regret: regret(row) })) });
    else for (const line of closing(report)) output.line(line);
    output.note(`See it all: npm run everypath -- up --data ${join(config.dataDir, 'demo')}`);
  } finally {
    for (const close of closers) await close();
  }
}

async function openDevices(url: string, note: (text: string) => void): Promise<DemoDevice[]> {
  const devices = await nodeDevices();
  const chromium = findChromium(process.env);
  if (chromium === null) note('Chromium is not installed: the browser sits this demo out');
  else devices.push(await browserDevice(chromium, url));
  note(`devices: ${devices.map(({ name }) => name).join(', ')}\n`);
  return devices;
}

async function runExample(
  { context, config, platform }: Demo,
  example: DemoExample,
  allowance: Allowance,
  devices: readonly DemoDevice[],
): Promise<DemoRow[]> {
  const workload = await loadWorkload(example, allowance);
  const rows: DemoRow[] = [];
  for (const device of devices) {
    const row = await runDevice({ platform, example, workload, device, dataDir: config.dataDir });
    rows.push(row);
    context.output.note(
      `  ${device.name.padEnd(18)} ${row.fetches} fetches, ${row.calls} calls measured; ` +
        `regret ${(regret(row) * 100).toFixed(1)} % against ${row.variants} variants`,
    );
  }
  context.output.note('');
  return rows;
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
