// `everypath prove`: build every path for every target and run each program against CPython, without publishing. Says
// per target how many were executed, by what, and what is missing for the rest.

import { Command } from 'commander';
import { type CommandContext, configOf } from '../cli/context.ts';
import { formatTable } from '../cli/table.ts';
import { collect, readCount, readTarget } from '../cli/words.ts';
import { Failure } from '../failure.ts';
import { byText, type ProofRow, proofRows } from '../verify/proof-rows.ts';
import { report } from './compile.ts';

interface Options {
  readonly target: readonly string[];
  readonly budget?: string;
  readonly browser?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

export const proveCommand = (context: CommandContext): Command =>
  new Command('prove')
    .description('run every variant for every target against CPython, without publishing')
    .argument('<file>', 'Python file with a decorated function')
    .option('--target <target>', 'prove for this target (repeatable; default: all nine)', collect, [])
    .option('--budget <count>', 'most variants of one target (default 256)')
    .option('--browser', 'run WebAssembly in headless Chromium as well as in Node')
    .option('--all', 'fail when a variant could not be executed')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nWhat is missing for a target is installed by: npm run setup -- --for prove\n\nExamples:\n  everypath prove examples/fma.py\n  everypath prove examples/similarity.py --target wasm32 --browser',
    )
    .action((file: string, options: Options) => prove(context, file, options));

async function prove(context: CommandContext, file: string, options: Options): Promise<void> {
  const { output } = context;
  const targets = await Promise.all(options.target.map(readTarget));
  const budget = options.budget === undefined ? {} : { budget: readCount(options.budget, '--budget') };
  const { createFrontend } = await import('@everypath/compiler');
  const { compileFile } = await import('../compile-and-publish.ts');
  const { openProgress } = await import('../cli/progress.ts');
  const progress = openProgress(context, file);
  const frontend = await createFrontend();
  try {
    const { build, diagnostics, source } = await compileFile(await configOf(context), frontend, {
      file,
      targets,
      browser: options.browser ?? false,
      ...budget,
      onEvent: progress.onEvent,
    }).finally(() => progress.close());
    report(context, diagnostics, source);
    if (!build)
      throw new Failure('EP_NOT_COMPILED', `${file} does not compile`, 'What stops it is said above.');
    const rows = proofRows(build);
    if (options.json) output.json({ tag: build.publication.tag, targets: rows });
    else for (const line of proofTable(rows)) output.line(line);
    const rest = rows.reduce((sum, row) => sum + row.variants - row.executed, 0);
    if (options.all && rest > 0)
      throw new Failure(
        'EP_NOT_EXECUTED',
        `${rest} variants were not executed`,
        'The table says what is missing.',
      );
  } finally {
    await frontend.close();
  }
}

const proofTable = (rows: readonly ProofRow[]): readonly string[] =>
  formatTable(rows, [
    { title: 'target', cell: (row) => row.target },
    { title: 'variants', align: 'right', cell: (row) => String(row.variants) },
    { title: 'executed', align: 'right', cell: (row) => String(row.executed) },
    { title: 'cases', align: 'right', cell: (row) => (row.executed > 0 ? String(row.cases) : '–') },
    { title: 'by', cell: byText },
  ]);
