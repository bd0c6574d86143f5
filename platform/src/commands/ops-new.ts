// `everypath ops new`: one file to start a variant from.

import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { EXIT, Failure } from '../failure.ts';
import { readOperator } from './ops-verify.ts';

export const opsNewCommand = (context: CommandContext): Command =>
  new Command('new')
    .description('start a variant: one file, a copy of the plainest one')
    .argument('<operator>', 'the operator, by name or folder')
    .argument('<variant>', 'the name of the new variant, snake_case')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  everypath ops new numpy.sort quick_neon')
    .action(async (operatorName: string, variant: string, options: { json?: boolean }) => {
      const { scaffoldVariant } = await import('@everypath/operators');
      const { operator } = await readOperator(operatorName);
      const { output } = context;
      let path: string;
      try {
        path = scaffoldVariant(operator, variant);
      } catch (error) {
        if (error instanceof RangeError)
          throw new Failure('EP_NO_VARIANT', error.message, 'choose another name', EXIT.usage);
        throw error;
      }
      if (options.json) return output.json({ operator, variant, path });
      output.line(path);
      output.note(`then: everypath ops verify ${operatorName}/${variant}`);
    });
