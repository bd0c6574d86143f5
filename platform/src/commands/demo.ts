// `everypath demo`: the whole loop on real functions. What it shows lives in `demo/`.

import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';

export const demoCommand = (context: CommandContext): Command =>
  new Command('demo')
    .description('compile, run, measure and select four real functions on this machine')
    .allowUnknownOption()
    .argument('[arguments...]')
    .action(async (args: string[]) => {
      const demo = await import('../demo/demo.ts');
      await demo.demoCommand(context, args);
    });
