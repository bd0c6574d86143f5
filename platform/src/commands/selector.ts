// `everypath selector evaluate`: plays the selector's policy, and those it must beat, on measurements that others made.

import { writeFile } from 'node:fs/promises';
import type { EvaluationReport } from '@everypath/variant-selector';
import { Command, Option } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { formatTable } from '../cli/table.ts';
import { EXIT, Failure } from '../failure.ts';

interface Options {
  readonly data?: string;
  readonly protocol: 'leave-one-device-out' | 'time';
  readonly probes?: string;
  readonly policy?: string;
  readonly plot?: string;
  readonly seed: string;
  readonly noise: 'auto' | 'none';
  readonly json?: boolean;
}

export function selectorCommand(context: CommandContext): Command {
  const command = new Command('selector').description('judge the selector');
  command
    .command('evaluate')
    .description('play policies on a table of measurements')
    .option('--data <file>', 'the table: CSV, gzipped or plain (required)')
    .addOption(
      new Option('--protocol <name>', 'what is held out')
        .choices(['leave-one-device-out', 'time'])
        .default('leave-one-device-out'),
    )
    .option('--probes <counts>', 'budgets to report, by commas (default 0,1,3,5,10,20)')
    .option('--policy <names>', 'policies, by commas (default: all; default and sbs are always played)')
    .option('--plot <file>', 'also draw regret and calibration as SVG')
    .option('--seed <text>', 'determines every draw', '1')
    .addOption(new Option('--noise <kind>', 'of the probes').choices(['auto', 'none']).default('auto'))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The table has the columns dataset, device, device_features (json), operator, variant, size_features (json),
latency_us[, meta]; repeats are allowed, and what has no row is infeasible. --protocol time reads when a row was
measured from meta (time, date, release or v).

Examples:
  everypath selector evaluate --data gpus.csv.gz
  everypath selector evaluate --data gpus.csv.gz --probes 0,5,20 --plot gpus.svg --json`,
    )
    .action(async (options: Options) => {
      const report = await evaluate(context, options);
      if (options.json) return context.output.json(report);
      for (const line of formatReport(report)) context.output.line(line);
    });
  return command;
}

async function evaluate(context: CommandContext, options: Options): Promise<EvaluationReport> {
  const { evaluateFile, plotEvaluation, SelectorError } = await import('@everypath/variant-selector');
  // The data folder that every command takes has the same name and is read first; there is none here.
  const data = options.data ?? context.flags.data;
  if (data === undefined)
    throw new Failure('EP_USAGE', 'no table is named', 'Name one: --data FILE.csv.gz', EXIT.usage);
  const probes = options.probes?.split(',').map(Number);
  if (probes?.some((count) => !Number.isInteger(count) || count < 0 || count > 1000))
    throw new Failure(
      'EP_USAGE',
      '--probes takes whole numbers by commas',
      'For example 0,5,20.',
      EXIT.usage,
    );
  try {
    const report = await evaluateFile(data, {
      protocol: options.protocol,
      seed: options.seed,
      noise: options.noise,
      ...(probes === undefined ? {} : { probes }),
      ...(options.policy === undefined ? {} : { policies: options.policy.split(',') }),
      onFold: (done, folds) => context.output.note(`held out ${done} of ${folds}`),
    });
    if (options.plot !== undefined) await writeFile(options.plot, plotEvaluation(report));
    return report;
  } catch (error) {
    if (error instanceof SelectorError)
      throw new Failure(error.code, error.message, error.toBody().error.hint ?? '', EXIT.usage);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Failure('EP_NO_FILE', `there is no file ${data}`, 'Name a CSV file.', EXIT.usage);
    throw error;
  }
}

function formatReport(report: EvaluationReport): readonly string[] {
  const { data, protocol, results, calibration } = report;
  const range = ([low, high]: readonly [number, number]): string => `${low.toFixed(3)}–${high.toFixed(3)}`;
  const rows = formatTable(results, [
    { title: 'policy', cell: (row) => row.policy },
    { title: 'probes', cell: (row) => String(row.probes) },
    { title: 'regret', cell: (row) => row.gmRegret.toFixed(4) },
    { title: '95 %', cell: (row) => range(row.intervals.gmRegret) },
    { title: 'p95', cell: (row) => row.p95Regret.toFixed(3) },
    { title: 'exact', cell: (row) => row.exact.toFixed(3) },
    { title: 'gap closed', cell: (row) => row.gapClosed?.toFixed(3) ?? '–' },
    { title: 'exploring', cell: (row) => row.explorationCost.toFixed(3) },
  ]);
  return [
    `${data.rows} rows (${data.dropped} unusable), ${data.devices} devices, ${data.operators} operators, ${data.variants} variants: ${data.problems} problems, ${data.plays} plays`,
    `${protocol.name}, ${protocol.folds} folds; noise: ${protocol.noise}`,
    '',
    ...rows,
    '',
    ...calibration.map(
      (each) =>
        `after ${each.probes} probes, intervals hold the truth: ${Object.entries(each.coverage)
          .map(([level, share]) => `${level} → ${share.toFixed(3)}`)
          .join(', ')}`,
    ),
  ];
}
