// What a build takes from its surroundings: files, a clock, unique names, the environment. Tests pass others.

import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { CacheDependencies } from '../store/object-cache.ts';

export interface BuildDependencies extends CacheDependencies {
  readonly fs: CacheDependencies['fs'] & Pick<typeof fs, 'copyFile'>;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly processors: number;
}

/** This machine's own. */
export const machineDependencies = (): BuildDependencies => ({
  fs,
  uniqueName: randomUUID,
  clock: () => performance.now(),
  env: process.env,
  processors: availableParallelism(),
});
