// `everypath compile`: a Python file into every path for every target, proven and published.

import type { BuildResult, Diagnostic } from '@everypath/compiler';
import { Command, Option } from 'commander';
import { type CommandContext, configOf } from '../cli/context.ts';
import { formatDiagnostic } from '../cli/diagnostics.ts';
import { withSession } from '../cli/session.ts';
import { formatTable } from '../cli/table.ts';
import { collect, readCount, readTarget } from '../cli/words.ts';
import type { Config } from '../config.ts';
import { Failure } from '../failure.ts';
import { byText, proofRows } from '../verify/proof-rows.ts';

interface Options {
  readonly target: readonly string[];
  readonly budget?: string;
  readonly browser?: boolean;
  readonly workers?: boolean;
  readonly json?: boolean;
}

export const compileCommand = (context: CommandContext): Command =>
  new Command('compile')
    .description('compile a Python function into every path for every target, and publish it')
    .argument('<file>', 'Python file with a decorated function')
    .option('--target <target>', 'compile for this target (repeatable; default: all nine)', collect, [])
    .option('--budget <count>', 'most variants of one target (default 256)')
    .addOption(
      new Option('--browser', 'run WebAssembly in headless Chromium as well as in Node').conflicts('workers'),
    )
    .option('--workers', 'let workers compile, link and verify: see everypath worker')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  everypath compile examples/preprocess.py\n  everypath compile filter.py --target linux-x86_64 --target wasm32 --json',
    )
    .action((file: string, options: Options) => compile(context, file, options));

async function compile(context: CommandContext, file: string, options: Options): Promise<void> {
  const { output } = context;
  const targets = await Promise.all(options.target.map(readTarget));
  const budget = options.budget === undefined ? {} : { budget: readCount(options.budget, '--budget') };
  const { createFrontend } = await import('@everypath/compiler');
  const { compileFile, publish } = await import('../compile-and-publish.ts');
  const { openProgress } = await import('../cli/progress.ts');
  const config = await configOf(context);
  const workers = options.workers ? await openWorkers(context, config) : undefined;
  const progress = openProgress(context, file);
  const frontend = await createFrontend();
  try {
    const { build, cases, diagnostics, source } = await compileFile(config, frontend, {
      file,
      targets,
      ...budget,
      browser: options.browser ?? false,
      onEvent: progress.onEvent,
      ...(workers ? { workers } : {}),
    }).finally(() => progress.close());
    report(context, diagnostics, source);
    if (!build) {
      if (options.json) output.json({ file, diagnostics });
      throw new Failure('EP_NOT_COMPILED', `${file} does not compile`, 'What stops it is said above.');
    }
    await withSession(context, ({ api }) => publish(api, build, cases));
    if (options.json) output.json(summary(build));
    else for (const line of describe(build)) output.line(line);
  } finally {
    await workers?.close();
    await frontend.close();
  }
}

async function openWorkers({ env, output, random }: CommandContext, { logLevel }: Config) {
  const { readWorkerConfig } = await import('../workers/worker-config.ts');
  const { openRemoteBuild } = await import('../workers/remote-build.ts');
  const { openLog } = await import('../log.ts');
  return openRemoteBuild(readWorkerConfig(env), {
    log: openLog(logLevel),
    random,
    note: (text) => output.note(text),
  });
}

/** Prints diagnostics to standard error. */
export function report(context: CommandContext, diagnostics: readonly Diagnostic[], source: string): void {
  const { output } = context;
  for (const diagnostic of diagnostics) {
    for (const line of formatDiagnostic(diagnostic, source, output.paint)) output.note(line);
  }
}

/** What `--json` prints. */
export const summary = (build: BuildResult) => ({
  tag: build.publication.tag,
  targets: build.targets.map(({ target, variants, paths, pairs, bytes, verified, executed }) => ({
    target,
    variants,
    /** Text: there may be more than a number holds. */
    paths: String(paths),
    pairs,
    bytes,
    verified,
    executed,
  })),
  variants: build.publication.variants.length,
  seconds: Math.round(build.seconds * 1000) / 1000,
  emissionSeconds: Math.round(build.emissionSeconds * 1000) / 1000,
  compiles: build.compiles,
  links: build.links,
  cacheHits: build.cacheHits,
});

function describe(build: BuildResult): readonly string[] {
  const { publication } = build;
  const proofs = new Map(proofRows(build).map((row) => [row.target, row]));
  const table = formatTable(build.targets, [
    { title: 'target', cell: (row) => row.target },
    { title: 'variants', align: 'right', cell: (row) => String(row.variants) },
    { title: 'paths', align: 'right', cell: (row) => String(row.paths) },
    { title: 'kB', align: 'right', cell: (row) => (row.bytes / 1000).toFixed(0) },
    { title: 'executed', align: 'right', cell: (row) => String(row.executed) },
    { title: 'inspected', align: 'right', cell: (row) => String(row.verified - row.executed) },
    { title: 'by', cell: (row) => byText(proofs.get(row.target) ?? { by: [] }) },
  ]);
  return [
    ...table,
    `${publication.tag}: ${publication.variants.length} variants in ${build.seconds.toFixed(1)} s (${build.compiles} compiles, ${build.links} links, ${build.cacheHits} from the cache), published`,
  ];
}
