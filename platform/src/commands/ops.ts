// `everypath ops`: the operator library. What it holds, whether a variant may join it, and a file to start one from.

import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { opsListCommand } from './ops-list.ts';
import { opsNewCommand } from './ops-new.ts';
import { opsVerifyCommand } from './ops-verify.ts';

export const opsCommand = (context: CommandContext): Command =>
  new Command('ops')
    .description('the operator library')
    .addCommand(opsListCommand(context))
    .addCommand(opsVerifyCommand(context))
    .addCommand(opsNewCommand(context));
