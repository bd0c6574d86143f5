// `everypath override`: force a variant in the registry, for everyone or for one device class.

import { Command } from 'commander';
import { type Api, functionAddress } from '../cli/api.ts';
import type { CommandContext } from '../cli/context.ts';
import { withSession } from '../cli/session.ts';
import { formatTable } from '../cli/table.ts';
import { readTag, readVariant } from '../cli/words.ts';

interface Options {
  readonly scope?: string;
  readonly note?: string;
  readonly json?: boolean;
}

interface Overrides {
  readonly overrides: readonly { scope: string; variant: string; note: string; createdAtMs: number }[];
}

export function overrideCommand(context: CommandContext): Command {
  const { output } = context;
  const show = (overrides: Overrides, json: boolean | undefined): void => {
    if (json) {
      output.json(overrides);
      return;
    }
    if (overrides.overrides.length === 0) {
      output.line('no override: the selector decides');
      return;
    }
    const lines = formatTable(overrides.overrides, [
      { title: 'for', cell: (row) => row.scope || 'everyone' },
      { title: 'variant', cell: (row) => row.variant },
      { title: 'since', cell: (row) => new Date(row.createdAtMs).toISOString() },
      { title: 'note', cell: (row) => row.note },
    ]);
    for (const line of lines) output.line(line);
  };
  const change = async (
    tag: string,
    options: Options,
    act: (api: Api, where: string) => Promise<unknown>,
  ): Promise<void> => {
    const where = `${functionAddress(await readTag(tag))}/override`;
    await withSession(context, async ({ api }) => {
      await act(api, where);
      show(await api.get<Overrides>(where), options.json);
    });
  };
  const command = new Command('override').description('force a variant in the registry').addHelpText(
    'after',
    `
A forced call is marked so and never feeds the models.

Examples:
  everypath override set @vision/preprocess 0123456789abcdef --note 'while we look into it'
  everypath override set @vision/preprocess 0123456789abcdef --scope linux-x86_64/x86-64-v3
  everypath override show @vision/preprocess
  everypath override clear @vision/preprocess`,
  );
  command
    .command('set')
    .description('serve this variant from now on')
    .argument('<tag>')
    .argument('<variant>')
    .option('--scope <class>', 'only for this device class or below', '')
    .option('--note <text>', 'why, for those who find it', '')
    .option('--json', 'print JSON')
    .action(async (tag: string, text: string, options: Options) => {
      const variant = await readVariant(text);
      await change(tag, options, (api, where) =>
        api.put(where, { variant, scope: options.scope, note: options.note }),
      );
    });
  command
    .command('clear')
    .description('let the selector decide again')
    .argument('<tag>')
    .option('--scope <class>', 'the override of this device class', '')
    .option('--json', 'print JSON')
    .action((tag: string, options: Options) =>
      change(tag, options, (api, where) =>
        api.remove(`${where}?scope=${encodeURIComponent(options.scope ?? '')}`),
      ),
    );
  command
    .command('show')
    .description('list the overrides of a function')
    .argument('<tag>')
    .option('--json', 'print JSON')
    .action((tag: string, options: Options) => change(tag, options, async () => {}));
  return command;
}
