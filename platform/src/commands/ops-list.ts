// `everypath ops list`: each operator's variants, what they need and where they come from.

import type { OperatorVariant } from '@everypath/operators';
import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { formatTable } from '../cli/table.ts';

export const opsListCommand = (context: CommandContext): Command =>
  new Command('list')
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
        { title: 'needs', cell: (row) => needsOf(row.variant) },
        { title: 'what it does', cell: (row) => row.variant.summary },
        { title: 'after', cell: (row) => row.variant.source },
      ]);
      for (const line of lines) output.line(line);
      output.note(`${listed.length} operators, ${rows.length} variants`);
    });

/** `x86-64-v3, threads, openblas, only on linux-x86_64`. */
const needsOf = ({ isa, targets, types, threads, library, reference }: OperatorVariant): string =>
  [
    ...Object.values(isa),
    ...(threads ? ['threads'] : []),
    ...(library ? [library] : []),
    ...(types ? [`types ${types.join(' ')}`] : []),
    ...(targets ? [`only on ${targets.join(' ')}`] : []),
    ...(reference ? ['reference'] : []),
  ].join(', ');
