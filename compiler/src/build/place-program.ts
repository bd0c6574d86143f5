// Puts a program into the output folder: copied under a passing name, then renamed, so that a reader never sees half.

import { dirname, join } from 'node:path';
import { diskError } from '../toolchain/build-error.ts';
import type { BuildDependencies } from './dependencies.ts';

export async function placeProgram(deps: BuildDependencies, from: string, to: string): Promise<void> {
  const passing = join(dirname(to), `.${deps.uniqueName()}`);
  try {
    await deps.fs.mkdir(dirname(to), { recursive: true });
    await deps.fs.copyFile(from, passing);
    await deps.fs.rename(passing, to);
  } catch (error) {
    await deps.fs.rm(passing, { force: true }).catch(() => undefined);
    throw diskError(error, `writing ${to}`);
  }
}
