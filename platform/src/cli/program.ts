// The command line: global flags and the list of commands. Each command is one file in `commands/`; what it needs to
// do its work is imported when it runs, so that help comes at once.

import { Command, CommanderError, Option } from 'commander';
import { benchCommand } from '../commands/bench.ts';
import { compileCommand } from '../commands/compile.ts';
import { demoCommand } from '../commands/demo.ts';
import { doctorCommand } from '../commands/doctor.ts';
import { explainCommand } from '../commands/explain.ts';
import { fleetCommand } from '../commands/fleet.ts';
import { killCommand } from '../commands/kill.ts';
import { linkCommand } from '../commands/link.ts';
import { offPolicyCommand } from '../commands/off-policy.ts';
import { opsCommand } from '../commands/ops.ts';
import { overrideCommand } from '../commands/override.ts';
import { pathsCommand } from '../commands/paths.ts';
import { proveCommand } from '../commands/prove.ts';
import { runCommand } from '../commands/run.ts';
import { selectorCommand } from '../commands/selector.ts';
import { upCommand } from '../commands/up.ts';
import { variantsCommand } from '../commands/variants.ts';
import { verifyCommand } from '../commands/verify.ts';
import { workerCommand } from '../commands/worker.ts';
import { EXIT, Failure } from '../failure.ts';
import type { CommandContext } from './context.ts';

const COMMANDS = [
  upCommand,
  workerCommand,
  compileCommand,
  verifyCommand,
  proveCommand,
  runCommand,
  benchCommand,
  explainCommand,
  variantsCommand,
  pathsCommand,
  linkCommand,
  overrideCommand,
  killCommand,
  offPolicyCommand,
  fleetCommand,
  opsCommand,
  selectorCommand,
  doctorCommand,
  demoCommand,
];

/** Builds the `everypath` command. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('everypath')
    .description(
      'Compile a Python function into every native program that could implement it,\nand let measurements choose.',
    )
    .option('--data <folder>', 'where everything is kept (EVERYPATH_DATA, default .everypath)')
    .option('--verbose', 'say more, with stack traces of faults')
    .addOption(new Option('--log-level <level>', 'of the services (EVERYPATH_LOG_LEVEL, default info)'))
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .configureOutput({
      writeErr: (text) => context.output.note(text.trimEnd()),
      writeOut: (text) => context.output.line(text.trimEnd()),
    })
    .showHelpAfterError('(--help shows what is possible)')
    .addHelpText(
      'after',
      '\nServices that are up on the data folder are used; without them a command starts its own.',
    )
    .exitOverride();
  program.hook('preAction', () => {
    const { data, verbose, logLevel } = program.opts<{
      data?: string;
      verbose?: boolean;
      logLevel?: string;
    }>();
    context.flags = { data, logLevel, verbose: verbose ?? false };
  });
  for (const make of COMMANDS) {
    const command = make(context);
    command.copyInheritedSettings(program);
    program.addCommand(command);
  }
  return program;
}

/** Runs one command line and returns the exit code. Never throws. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
    const { output } = context;
    if (error instanceof Failure) {
      // A command that printed its own report fails without another word.
      if (error.message) output.note(`${output.paint('red', 'error:')} ${error.message}`);
      if (error.hint) output.note(`${output.paint('cyan', ' help:')} ${error.hint}`);
      if (context.flags.verbose && error.cause) output.note(String(error.cause));
      return error.exitCode;
    }
    const known = error instanceof Error ? error : new Error(String(error));
    const hint = 'hint' in known && typeof known.hint === 'string' ? known.hint : '';
    output.note(`${output.paint('red', 'error:')} ${known.message}`);
    if (hint) output.note(`${output.paint('cyan', ' help:')} ${hint}`);
    if (context.flags.verbose) output.note(known.stack ?? '');
    else if (!hint) output.note('      --verbose shows where it came from');
    return EXIT.failed;
  }
}
