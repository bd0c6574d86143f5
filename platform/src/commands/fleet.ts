// `everypath fleet`: thousands of simulated devices on the real services, held against a truth that is known and
// against simpler policies. For load, regression and policy tests.

import { writeFile } from 'node:fs/promises';
import type { FleetFigures, FleetResult } from '@everypath/variant-selector';
import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { formatTable } from '../cli/table.ts';
import { Failure } from '../failure.ts';

interface Options {
  readonly devices: string;
  readonly classes: string;
  readonly variants: string;
  readonly fetches: string;
  readonly seed: string;
  readonly liars?: string;
  readonly poisoning?: boolean;
  readonly drift?: boolean;
  readonly inProcess?: boolean;
  readonly svg?: string;
  readonly json?: boolean;
}

const HOUR_MS = 3_600_000;
const DURATION_MS = 72 * HOUR_MS;
/** Simulated time ends this long before now: samples keep their place among those that ClickHouse keeps. */
const END_BEFORE_MS = HOUR_MS;
const POISONING = [0, 0.05, 0.1, 0.2, 0.3];

export const fleetCommand = (context: CommandContext): Command =>
  new Command('fleet')
    .description('run a simulated fleet on the real services, and hold what it is served against the truth')
    .option('--devices <number>', 'how many devices', '20000')
    .option('--classes <number>', 'of how many device classes', '40')
    .option('--variants <number>', 'variants of the function, on each target', '300')
    .option('--fetches <number>', 'mean fetches of a device', '3')
    .option('--seed <number>', 'determines everything', '1')
    .option('--liars <percent>', 'share of devices that report what would mislead', '0')
    .option('--poisoning', 'the table over 0, 5, 10, 20 and 30 % liars (in process)')
    .option('--drift', 'halfway, the champions of the largest classes become slower')
    .option('--in-process', 'policy and models without HTTP and stores: faster')
    .option('--svg <file>', 'write a plot of cumulative regret')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Regret is the latency served over that of the fastest variant of the class, less one. A fetch is harmed when it is
served something slower than that by more than a fifth; "exploring" is the part of it that explored, "to champion" the
share that explored something slower by a fifth than what its class was served otherwise.

Examples:
  everypath fleet --svg regret.svg
  everypath fleet --devices 2000 --classes 8 --in-process
  everypath fleet --drift --in-process
  everypath fleet --poisoning`,
    )
    .action((options: Options) => runFleet(context, options));

async function runFleet(context: CommandContext, options: Options): Promise<void> {
  const { output } = context;
  const seed = whole(options.seed, '--seed');
  const shape = {
    devices: whole(options.devices, '--devices'),
    classes: whole(options.classes, '--classes'),
    variants: whole(options.variants, '--variants'),
    fetches: whole(options.fetches, '--fetches'),
  };
  const startMs = Math.floor(context.clock.nowMs() - END_BEFORE_MS - DURATION_MS);
  const once = (liars: number, inProcess: boolean, baselines: boolean) =>
    simulate(context, {
      seed,
      ...shape,
      liars,
      startMs,
      inProcess,
      baselines,
      drift: options.drift ?? false,
    });
  if (options.poisoning) {
    const rows = [];
    for (const liars of POISONING) {
      const { result } = await once(liars, true, false);
      rows.push({ liars, ...result.policies[0]! });
    }
    if (options.json) output.json({ via: 'in process', seed, ...shape, poisoning: rows });
    else for (const line of poisoningTable(rows)) output.line(line);
    return;
  }
  const { result, findings } = await once(
    whole(options.liars ?? '0', '--liars') / 100,
    options.inProcess ?? false,
    true,
  );
  if (options.svg !== undefined) {
    const { plotRegret } = await import('@everypath/variant-selector');
    await writeFile(
      options.svg,
      plotRegret(result, `${shape.devices} devices, ${shape.classes} classes, ${shape.variants} variants`),
    );
  }
  const { served: _, ...told } = result;
  if (options.json) {
    output.json({ seed, ...shape, liars: options.liars ?? '0', ...told, drift: findings });
    return;
  }
  for (const line of resultTable(result)) output.line(line);
  for (const each of findings)
    output.line(
      `${each.deviceClass}: ${each.operatorVariant} × ${each.factor}; noticed after ${each.fetchesToNotice ?? 'never'} fetches` +
        `${each.hoursToNotice === null ? '' : ` (${each.hoursToNotice.toFixed(1)} h)`}, made up for after ${each.fetchesToRecover ?? 'never'}`,
    );
}

interface Run {
  readonly seed: number;
  readonly devices: number;
  readonly classes: number;
  readonly variants: number;
  readonly fetches: number;
  readonly liars: number;
  readonly startMs: number;
  readonly inProcess: boolean;
  readonly baselines: boolean;
  readonly drift: boolean;
}

async function simulate({ output, random }: CommandContext, run: Run) {
  const { createWorld, driftFindings, driftsOf, inProcessEngine, simulateFleet } = await import(
    '@everypath/variant-selector'
  );
  const { seed, classes, variants, startMs } = run;
  const shape = { seed: `${seed}`, classes, variants };
  const drifts = run.drift ? driftsOf(shape, startMs + DURATION_MS / 2) : [];
  const world = createWorld({ ...shape, drifts });
  let told = 0;
  const options = {
    seed,
    devices: run.devices,
    fetches: run.fetches,
    liars: run.liars,
    startMs,
    durationMs: DURATION_MS,
    baselines: run.baselines,
    onProgress: (done: number, total: number) => {
      const percent = Math.floor((10 * done) / total) * 10;
      if (percent > told) output.note(`  ${percent} % of ${total} fetches`);
      told = Math.max(told, percent);
    },
  };
  if (run.inProcess) {
    const result = await simulateFleet(world, inProcessEngine(world, { seed: `${seed}` }), options);
    return { result, findings: driftFindings(world, drifts, result.served, result.detected) };
  }
  const { openHttpEngine } = await import('../fleet/http-engine.ts');
  const engine = await openHttpEngine(world, { seed, startMs, random });
  try {
    const result = await simulateFleet(world, engine, { ...options, onTime: engine.at });
    const { fetched, unchanged, batches, verified } = engine.counts;
    output.note(
      `  ${fetched} fetches over HTTP (${unchanged} unchanged), ${batches} batches, ${verified} signatures verified`,
    );
    return { result, findings: driftFindings(world, drifts, result.served, result.detected) };
  } finally {
    await engine.close();
  }
}

const percent = (share: number, digits = 2): string => `${(share * 100).toFixed(digits)} %`;

function resultTable(result: FleetResult): readonly string[] {
  return [
    `${result.fetches} fetches ${result.via}, ${result.refits} fits`,
    ...formatTable(result.policies, [
      { title: 'policy', cell: (row) => row.policy },
      { title: 'regret', align: 'right', cell: (row) => (row.cumulativeRegret.at(-1) ?? 0).toFixed(0) },
      { title: 'mean', align: 'right', cell: (row) => percent(row.meanRegret) },
      { title: 'at 200', align: 'right', cell: (row) => percent(row.regretAt200) },
      { title: 'last fifth', align: 'right', cell: (row) => percent(row.finalRegret) },
      { title: 'harmed', align: 'right', cell: (row) => percent(row.harm) },
      { title: 'exploring', align: 'right', cell: (row) => percent(row.harmExploring) },
      { title: 'to champion', align: 'right', cell: (row) => percent(row.harmToChampion) },
      {
        title: 'fetches to 2 %',
        align: 'right',
        cell: (row) => `${row.fetchesTo2Percent ?? '–'} (${row.classesWithin2Percent} classes)`,
      },
    ]),
  ];
}

const poisoningTable = (rows: readonly (FleetFigures & { readonly liars: number })[]): readonly string[] =>
  formatTable(rows, [
    { title: 'liars', align: 'right', cell: (row) => percent(row.liars, 0) },
    { title: 'served regret at 200', align: 'right', cell: (row) => percent(row.servedRegretAt200) },
    { title: 'served regret, last fifth', align: 'right', cell: (row) => percent(row.servedFinalRegret) },
    { title: 'mean', align: 'right', cell: (row) => percent(row.meanRegret) },
    { title: 'harmed', align: 'right', cell: (row) => percent(row.harm) },
  ]);

function whole(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new Failure('EP_USAGE', `${flag} ${text} is not a whole number`);
  return value;
}
