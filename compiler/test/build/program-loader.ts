// Opens built programs in the build tests, through the JavaScript client's own loader.

import { openProgram, type Program } from '@everypath/client';
import type { ProgramDescription, TargetName } from '@everypath/schema';
import type { BuildResult } from '../../src/build/build-types.ts';
import type { BuildDependencies } from '../../src/build/dependencies.ts';
import { machineDependencies } from '../../src/build/dependencies.ts';

/** Targets whose programs run in this process. */
export const runnable: readonly TargetName[] =
  process.platform === 'linux' && process.arch === 'x64' ? ['linux-x86_64', 'wasm32'] : ['wasm32'];

/** Opens every variant that any machine of the target runs: those at the baseline. */
export async function openBaseline(
  result: BuildResult,
  target: TargetName,
  description?: ProgramDescription,
): Promise<readonly Program[]> {
  const variants = result.publication.variants.filter(
    (variant) => variant.target === target && ['x86-64', 'wasm-mvp'].includes(variant.isaLevel),
  );
  return Promise.all(
    variants.map(({ id }) =>
      openProgram(result.files.get(id)!, { target, ...(description ? { description } : {}) }),
    ),
  );
}

/** This machine's dependencies, some replaced. */
export const dependenciesWith = (changes: {
  readonly fs?: Partial<BuildDependencies['fs']>;
  readonly env?: BuildDependencies['env'];
}): BuildDependencies => {
  const machine = machineDependencies();
  return { ...machine, env: changes.env ?? machine.env, fs: { ...machine.fs, ...changes.fs } };
};
