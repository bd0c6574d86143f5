// What every command is given: its surroundings, injected, so that a test runs commands without a process.

import type { Clock, Random } from '../clock.ts';
import type { Config, ConfigFlags } from '../config.ts';
import type { Output } from './output.ts';

export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly output: Output;
  /** What the command line set of the configuration, known once it is parsed. */
  flags: ConfigFlags & { readonly verbose?: boolean };
}

/** The configuration under the environment and the flags. Imported here, so that help needs no schema library. */
export async function configOf(context: CommandContext, flags: ConfigFlags = {}): Promise<Config> {
  const { readConfig } = await import('../config.ts');
  return readConfig(context.env, { ...context.flags, ...flags });
}
