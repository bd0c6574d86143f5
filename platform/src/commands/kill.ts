// `everypath kill`: switch a variant off, or an operator variant of all functions, for everyone or for a device class.

import { Command } from 'commander';
import type { Api } from '../cli/api.ts';
import type { CommandContext } from '../cli/context.ts';
import { withSession } from '../cli/session.ts';
import { formatTable } from '../cli/table.ts';
import { readTag, readVariant } from '../cli/words.ts';

interface Options {
  readonly scope?: string;
  readonly note?: string;
  readonly json?: boolean;
}

interface Kills {
  readonly kills: readonly {
    readonly id: string;
    readonly kind: string;
    readonly tag?: string;
    readonly variant?: string;
    readonly operator?: string;
    readonly operatorVariant?: string;
    readonly scope: string;
    readonly note: string;
  }[];
}

const WHERE = '/v1/kills';

export function killCommand(context: CommandContext): Command {
  const { output } = context;
  const change = async (options: Options, act: (api: Api) => Promise<unknown>): Promise<void> => {
    await withSession(context, async ({ api }) => {
      await act(api);
      show(await api.get<Kills>(WHERE), options.json);
    });
  };
  const show = ({ kills }: Kills, json: boolean | undefined): void => {
    if (json) {
      output.json({ kills });
      return;
    }
    if (kills.length === 0) {
      output.line('nothing is switched off');
      return;
    }
    const lines = formatTable(kills, [
      { title: 'id', cell: (row) => row.id },
      {
        title: 'what',
        cell: (row) =>
          row.kind === 'variant' ? `${row.tag} ${row.variant}` : `${row.operator} ${row.operatorVariant}`,
      },
      { title: 'for', cell: (row) => row.scope || 'everyone' },
      { title: 'note', cell: (row) => row.note },
    ]);
    for (const line of lines) output.line(line);
  };
  const command = new Command('kill').description('switch a variant or an operator variant off').addHelpText(
    'after',
    `
A switch is stronger than a pin and than a forced variant; it holds from the next fetch on.

Examples:
  everypath kill variant @vision/preprocess 0123456789abcdef --note 'wrong on odd widths'
  everypath kill operator numpy.matmul avx512 --scope linux-x86_64/x86-64-v4
  everypath kill show
  everypath kill clear 0123456789ab`,
  );
  const scoped = (one: Command): Command =>
    one
      .option('--scope <class>', 'only for this device class or below', '')
      .option('--note <text>', 'why, for those who find it', '')
      .option('--json', 'print JSON');
  scoped(command.command('variant').description('of one function'))
    .argument('<tag>')
    .argument('<variant>')
    .action(async (tag: string, text: string, { scope, note, json }: Options) => {
      const body = {
        kind: 'variant',
        tag: await readTag(tag),
        variant: await readVariant(text),
        scope,
        note,
      };
      await change({ json: json ?? false }, (api) => api.put(WHERE, body));
    });
  scoped(command.command('operator').description('an operator variant, in all functions'))
    .argument('<operator>')
    .argument('<operator variant>')
    .action((operator: string, operatorVariant: string, { scope, note, json }: Options) =>
      change({ json: json ?? false }, (api) =>
        api.put(WHERE, { kind: 'operator-variant', operator, operatorVariant, scope, note }),
      ),
    );
  command
    .command('clear')
    .description('switch it on again')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action((id: string, options: Options) =>
      change(options, (api) => api.remove(`${WHERE}?id=${encodeURIComponent(id)}`)),
    );
  command
    .command('show')
    .description('list what is switched off')
    .option('--json', 'print JSON')
    .action((options: Options) => change(options, async () => {}));
  return command;
}
