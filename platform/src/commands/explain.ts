// `everypath explain`: why a device gets the variant it gets; or, for a file, what stops it from compiling.

import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { formatDuration } from '../cli/duration.ts';
import type { Explained } from '../cli/explanation.ts';
import { withSession } from '../cli/session.ts';
import { formatTable } from '../cli/table.ts';
import { readTag } from '../cli/words.ts';
import { Failure } from '../failure.ts';
import { report } from './compile.ts';

interface Options {
  readonly device?: string;
  readonly json?: boolean;
}

const SHOWN = 12;

export const explainCommand = (context: CommandContext): Command =>
  new Command('explain')
    .description('why a variant is chosen, or what stops a file from compiling')
    .argument('<tag or file>', 'a published function, @user/name, or a Python file')
    .option('--device <device>', 'a device class, wasm, or a JSON file (default: this machine)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  everypath explain @vision/preprocess
  everypath explain @vision/preprocess --device linux-x86_64/x86-64-v2
  everypath explain preprocess.py`,
    )
    .action((subject: string, options: Options) =>
      subject.startsWith('@')
        ? explainTag(context, subject, options)
        : explainFile(context, subject, options),
    );

async function explainTag(context: CommandContext, subject: string, options: Options): Promise<void> {
  const { readDevice } = await import('../cli/device.ts');
  const { readExplanation } = await import('../cli/explanation.ts');
  const tag = await readTag(subject);
  const device = await readDevice(options.device);
  const explained = await withSession(context, ({ api }) => readExplanation(api, tag, device));
  const { output } = context;
  if (options.json) return output.json(explained);
  for (const line of describe(explained, output.paint)) output.line(line);
}

function describe(explained: Explained, paint: CommandContext['output']['paint']): readonly string[] {
  const { candidates } = explained;
  const chosen = candidates.find((row) => row.variant === explained.chosen);
  const lines = [
    `${paint('bold', explained.tag)} on ${explained.deviceClass}`,
    `${paint('green', explained.chosen)}: ${explained.reason}${chosen ? `, propensity ${chosen.propensity.toFixed(3)}` : ''}`,
    explained.summary,
  ];
  if (chosen && chosen.nodes.length > 0) {
    lines.push('', 'what its prediction is made of');
    lines.push(
      ...formatTable(chosen.nodes, [
        { title: 'node', align: 'right', cell: (row) => String(row.node) },
        { title: 'operator', cell: (row) => row.operator },
        { title: 'variant', cell: (row) => row.operatorVariant },
        { title: 'predicted', align: 'right', cell: (row) => formatDuration(row.predictedNs) },
        { title: 'samples', align: 'right', cell: (row) => String(Math.round(row.samples)) },
        { title: 'devices', align: 'right', cell: (row) => String(row.devices) },
        { title: 'from', cell: (row) => row.fromClass ?? 'no samples yet' },
      ]),
    );
  }
  lines.push('', `${candidates.length} candidates`);
  lines.push(
    ...formatTable(candidates.slice(0, SHOWN), [
      {
        title: 'variant',
        cell: (row) => (row.variant === explained.chosen ? paint('green', row.variant) : row.variant),
      },
      { title: 'predicted', align: 'right', cell: (row) => formatDuration(row.predictedNs) },
      {
        title: '90 % interval',
        align: 'right',
        cell: (row) => row.interval90Ns?.map(formatDuration).join(' – ') ?? '–',
      },
      { title: 'calls', align: 'right', cell: (row) => String(Math.round(row.samples)) },
      { title: 'propensity', align: 'right', cell: (row) => row.propensity.toFixed(3) },
      { title: 'path', cell: (row) => row.path.join(' · ') },
    ]),
  );
  if (candidates.length > SHOWN)
    lines.push(paint('dim', `and ${candidates.length - SHOWN} more: --json lists all`));
  const reasons = Map.groupBy(explained.excluded, (row) => row.why);
  for (const [why, rows] of reasons) lines.push(paint('dim', `left out: ${rows.length} variants, ${why}`));
  if (explained.neighbours.length > 0)
    lines.push(paint('dim', `rests on other classes: ${explained.neighbours.join(', ')}`));
  for (const { node, operatorVariant, neighbours } of explained.restsOn)
    if (neighbours.length > 0)
      lines.push(paint('dim', `  node ${node}, ${operatorVariant}: ${neighbours.map(shareText).join(', ')}`));
  for (const rival of explained.wouldChange.slice(0, 2)) {
    const where = rival.differs.map((each) => `node ${each.node}: ${each.to} for ${each.from}`).join(', ');
    lines.push(
      `${rival.variant} is faster with a chance of ${(rival.chance * 100).toFixed(0)} %; it is served once predicted below ` +
        `${formatDuration(rival.servedBelowNs)} (now ${formatDuration(rival.predictedNs)}; ${where})`,
    );
  }
  const { rollout } = explained;
  if (rollout.challenger !== null)
    lines.push(`rolling out ${rollout.challenger}: ${Math.round(rollout.share * 100)} % of devices`);
  for (const each of rollout.withdrawn) lines.push(`withdrawn: ${each.variant}, ${each.why}`);
  const { phase, share, trials } = explained.exploration;
  if (phase === 'trials')
    lines.push(`still to try: ${trials.length} variants; ${Math.round(share * 100)} % of fetches do`);
  if (phase === 'sampling') lines.push(`exploring: ${(share * 100).toFixed(1)} % of fetches try another one`);
  return lines;
}

async function explainFile(context: CommandContext, file: string, options: Options): Promise<void> {
  const { createFrontend } = await import('@everypath/compiler');
  const { readSource } = await import('../compile-and-publish.ts');
  const source = await readSource(file);
  const frontend = await createFrontend();
  try {
    const { module, diagnostics } = await frontend.compileSource({ source, file });
    const { output } = context;
    if (options.json) output.json({ file, compiles: module !== null, tag: module?.tag ?? null, diagnostics });
    report(context, diagnostics, source);
    if (!module) {
      const errors = diagnostics.filter((one) => one.severity === 'error').length;
      throw new Failure(
        'EP_NOT_COMPILED',
        `${file} does not compile: ${errors} ${errors === 1 ? 'error' : 'errors'}`,
      );
    }
    if (!options.json) output.line(`${file} compiles as ${module.tag}: nothing stops it`);
  } finally {
    await frontend.close();
  }
}

const shareText = ({ deviceClass, weight }: Explained['restsOn'][number]['neighbours'][number]): string =>
  `${deviceClass} ${(weight * 100).toFixed(0)} %`;
