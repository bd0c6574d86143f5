// One link: objects to one program in the cache. Every program of a target has the same file name while it is linked,
// because some linkers write the name into the file.

import { join } from 'node:path';
import { TARGETS } from '@everypath/schema';
import { fingerprint } from '../store/fingerprint.ts';
import type { CacheEntry } from '../store/object-cache.ts';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import type { BuildTools } from './build-tools.ts';
import type { Toolchain } from './locate.ts';
import type { TargetSupport } from './stub-libraries.ts';

/** The cache key of a link: the same objects give the same program, whichever path chose them. */
export const linkKey = (
  toolchain: Toolchain,
  target: TargetToolchain,
  support: TargetSupport,
  objects: readonly CacheEntry[],
): string =>
  fingerprint(
    'program',
    toolchain.id,
    target.name,
    support.digest,
    ...objects.map((object) => object.sha256),
  );

/** Links, or finds the program of an earlier link. */
export function linkProgram(
  { toolchain, cache, toolbox }: BuildTools,
  target: TargetToolchain,
  support: TargetSupport,
  objects: readonly CacheEntry[],
  signal?: AbortSignal,
): Promise<{ entry: CacheEntry; hit: boolean }> {
  const { extension } = TARGETS[target.name];
  return cache.obtain(linkKey(toolchain, target, support, objects), extension, async (folder) => {
    const output = `program${extension}`;
    const command = target.link({
      objects: [...objects.map((object) => object.path), ...support.objects],
      stubs: support.stubs,
      builtins: support.builtins,
      systemLibraries: target.name === 'wasm32' ? toolchain.wasiLibraries : [],
      output,
    });
    await toolbox.run({
      tool: command.tool,
      args: command.args,
      cwd: folder,
      ...(signal ? { signal } : {}),
    });
    return join(folder, output);
  });
}
