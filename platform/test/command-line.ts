// Runs the command line in this process and collects what it says.

import type { CommandContext } from '../src/cli/context.ts';
import { runCommandLine } from '../src/cli/program.ts';
import { systemClock, systemRandom } from '../src/clock.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `everypath …args`. */
export async function everypath(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const context: CommandContext = {
    env,
    clock: systemClock,
    random: systemRandom,
    flags: {},
    output: {
      line: (text = '') => void out.push(text),
      json: (value) => void out.push(JSON.stringify(value)),
      note: (text) => void err.push(text),
      paint: (_style, text) => text,
      isTerminal: false,
    },
  };
  const code = await runCommandLine(args, context);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
