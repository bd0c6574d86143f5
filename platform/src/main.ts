// The `everypath` command.

import { processOutput, written } from './cli/output.ts';
import { runCommandLine } from './cli/program.ts';
import { systemClock, systemRandom } from './clock.ts';

// A reader that closes the pipe early (`| head`) ends the command quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  clock: systemClock,
  random: systemRandom,
  output: processOutput(),
  flags: {},
});
await written([process.stdout, process.stderr]);
// The embedded database keeps threads of its own that would hold the process open.
process.exit();
