// `everypath paths`: how many programs a function could be, and what one of them is made of, without listing them.

import type { TargetName } from '@everypath/schema';
import { Command } from 'commander';
import { functionAddress } from '../cli/api.ts';
import { type CommandContext, configOf } from '../cli/context.ts';
import { withSession } from '../cli/session.ts';
import { formatTable } from '../cli/table.ts';
import { readPathNumber, readTag, readTarget } from '../cli/words.ts';
import { EXIT, Failure } from '../failure.ts';
import type { PathsAnswer } from '../server/path-routes.ts';

interface Options {
  readonly target?: string;
  readonly count?: boolean;
  readonly at?: string;
  readonly json?: boolean;
}

interface Answer {
  readonly tag: string;
  readonly targets: readonly PathsAnswer[];
}

export const pathsCommand = (context: CommandContext): Command =>
  new Command('paths')
    .description('count the paths of a function, and show one by its number')
    .argument('<function>', 'a published function, @user/name, or a Python file')
    .option('--target <target>', 'only those of this target, with what each node chooses from')
    .option('--count', 'print the number alone')
    .option('--at <number>', 'show the path of that number (needs --target)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  everypath paths examples/preprocess.py\n  everypath paths @vision/preprocess --target wasm32 --at 17',
    )
    .action(async (what: string, options: Options) => {
      const target = options.target === undefined ? undefined : await readTarget(options.target);
      const at = options.at === undefined ? undefined : String(readPathNumber(options.at));
      if (at !== undefined && target === undefined)
        throw new Failure('EP_USAGE', '--at needs --target', 'Each target numbers its own.', EXIT.usage);
      const answer = what.startsWith('@')
        ? await askService(context, await readTag(what), target, at)
        : await askCompiler(context, what, target, at);
      show(context, answer, options);
    });

async function askService(
  context: CommandContext,
  tag: string,
  target: TargetName | undefined,
  at: string | undefined,
): Promise<Answer> {
  const query = new URLSearchParams({ ...(target ? { target } : {}), ...(at ? { at } : {}) });
  return withSession(context, ({ api }) => api.get<Answer>(`${functionAddress(tag)}/paths?${query}`));
}

async function askCompiler(
  context: CommandContext,
  file: string,
  target: TargetName | undefined,
  at: string | undefined,
): Promise<Answer> {
  const { createFrontend, openPathLinker, publishedText } = await import('@everypath/compiler');
  const { TARGET_NAMES } = await import('@everypath/schema');
  const { readSource } = await import('../compile-and-publish.ts');
  const { describePaths } = await import('../server/path-routes.ts');
  const { report } = await import('./compile.ts');
  const { join } = await import('node:path');
  const source = await readSource(file);
  const frontend = await createFrontend();
  try {
    const { module, diagnostics } = await frontend.compileSource({ source, file });
    report(context, diagnostics, source);
    if (!module)
      throw new Failure('EP_NOT_COMPILED', `${file} does not compile`, 'What stops it is said above.');
    const { dataDir } = await configOf(context);
    const linker = await openPathLinker({ cacheDir: join(dataDir, 'build') });
    const irText = publishedText(module);
    const targets = (target ? [target] : TARGET_NAMES).map((each) =>
      describePaths(linker.paths(irText, each), at),
    );
    await linker.close();
    return { tag: module.tag, targets };
  } finally {
    await frontend.close();
  }
}

function show({ output }: CommandContext, { tag, targets }: Answer, options: Options): void {
  if (options.json) {
    output.json({ tag, targets });
    return;
  }
  const total = targets.reduce((sum, { paths }) => sum + BigInt(paths), 0n);
  if (options.count) {
    output.line(String(total));
    return;
  }
  const lines = formatTable(targets, [
    { title: 'target', cell: (row) => row.target },
    { title: 'paths', align: 'right', cell: (row) => row.paths },
    {
      title: 'by the level they need',
      cell: (row) => row.levels.map(({ level, paths }) => `${level} ${paths}`).join(' · '),
    },
  ]);
  for (const line of lines) output.line(line);
  const [only, another] = targets;
  if (only && !another) for (const line of describeTarget(only, options.at)) output.line(line);
  output.note(`${tag}: ${total} paths`);
}

function describeTarget(target: PathsAnswer, at: string | undefined): readonly string[] {
  const nodes = target.nodes.flatMap(({ operator, label, choices, pruned }, index) => [
    '',
    `${index} ${operator}${label && label !== operator ? `: ${label}` : ''}`,
    choices.length > 0 ? `  ${choices.join(' · ')}` : '  nothing runs here: there is no path',
    ...pruned.map(({ variant, reason }) => `  not ${variant}: ${reason}`),
  ]);
  if (at === undefined) return nodes;
  if (!target.at) return [...nodes, '', `there is no path ${at}`];
  const { number, id, isaLevel, path } = target.at;
  return [...nodes, '', `path ${number}: variant ${id}, needs ${isaLevel}`, `  ${path.join(' · ')}`];
}
