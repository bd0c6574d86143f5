// `everypath verify`: compile for this machine, run beside CPython, compare.

import { join } from 'node:path';
import { Command } from 'commander';
import { type CommandContext, configOf } from '../cli/context.ts';
import { readNumber } from '../cli/words.ts';
import { Failure } from '../failure.ts';

interface Options {
  readonly entry?: string;
  readonly rtol?: string;
  readonly atol?: string;
  readonly json?: boolean;
}

export const verifyCommand = (context: CommandContext): Command =>
  new Command('verify')
    .description('run the compiled function beside CPython and compare')
    .argument('<file...>', 'Python files')
    .option('--entry <name>', 'the entrypoint in a file without a decorated function (default entry)')
    .option('--rtol <number>', 'relative tolerance for floats')
    .option('--atol <number>', 'absolute tolerance for floats')
    .option('--json', 'print one JSON object a file as it finishes')
    .addHelpText(
      'after',
      '\nExit code 0 only if every file passes.\n\nExample:\n  everypath verify examples/*.py',
    )
    .action(async (files: readonly string[], options: Options) => {
      const { verifyCommand: verify } = await import('../verify/verify.ts');
      const code = await verify(
        {
          files,
          json: options.json ?? false,
          cacheDir: join((await configOf(context)).dataDir, 'build'),
          ...(options.entry === undefined ? {} : { entry: options.entry }),
          ...(options.rtol === undefined ? {} : { rtol: readNumber(options.rtol, '--rtol') }),
          ...(options.atol === undefined ? {} : { atol: readNumber(options.atol, '--atol') }),
        },
        context.output.line,
      );
      // Each file's own line has said what is wrong.
      if (code !== 0) throw new Failure('EP_NOT_VERIFIED', '', '', code);
    });
