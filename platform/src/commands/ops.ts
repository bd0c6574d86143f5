// `everypath ops list`: the operator library, with each operator's variants and what they need.

import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { formatTable } from '../cli/table.ts';

export function opsCommand(context: CommandContext): Command {
  const command = new Command('ops').description('the operator library');
  command
    .command('list')
    .description('list operators and their variants')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  everypath ops list --json')
    .action(async (options: { json?: boolean }) => {
      const { operators, variantsOf } = await import('@everypath/operators');
      const { output } = context;
      const listed = operators.map(({ name, summary, semantics, tolerance, features }) => ({
        name,
        summary,
        semantics,
        tolerance,
        features,
        variants: variantsOf(name),
      }));
      if (options.json) return output.json(listed);
      const rows = listed.flatMap((operator) =>
        operator.variants.map((variant, at) => ({ operator: at === 0 ? operator.name : '', variant })),
      );
      const lines = formatTable(rows, [
        { title: 'operator', cell: (row) => row.operator },
        { title: 'variant', cell: (row) => row.variant.name },
        { title: 'needs', cell: (row) => Object.values(row.variant.isa).join(', ') },
        { title: 'only on', cell: (row) => row.variant.targets?.join(', ') ?? '' },
        { title: 'what it does', cell: (row) => row.variant.summary },
      ]);
      for (const line of lines) output.line(line);
      output.note(`${listed.length} operators, ${rows.length} variants`);
    });
  return command;
}
