// What compiling and linking need of a machine, opened once for a build or for a service's lifetime: the toolchain, the
// folder of products, and the tools that stay loaded.

import { join } from 'node:path';
import { type CacheDependencies, ObjectCache } from '../store/object-cache.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { sweepScratch } from '../store/sweep-scratch.ts';
import { locateToolchain, type Toolchain, toolchainSettings } from './locate.ts';
import { Toolbox } from './toolbox.ts';

export interface BuildTools {
  readonly toolchain: Toolchain;
  readonly cache: ObjectCache;
  readonly toolbox: Toolbox;
}

export interface BuildToolsOptions {
  readonly cacheDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly deps: CacheDependencies;
  /** Where machines that build together keep what they made. */
  readonly shared?: SharedStore;
}

/**
 * `EVERYPATH_STAYING_TOOLS=off` runs each compile and link in a process of its own, as elsewhere than on Linux.
 * Throws a `BuildError` that names the part of the toolchain that is missing. Close its `toolbox` afterwards.
 */
export async function openBuildTools({
  cacheDir,
  env,
  deps,
  shared,
}: BuildToolsOptions): Promise<BuildTools> {
  const toolchain = await locateToolchain(toolchainSettings(env));
  await sweepScratch(join(cacheDir, 'scratch'), deps);
  const cache = new ObjectCache(cacheDir, deps, shared);
  return { toolchain, cache, toolbox: new Toolbox(toolchain, cache, env.EVERYPATH_STAYING_TOOLS !== 'off') };
}
