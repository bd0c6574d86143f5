// One link: objects to one program in the cache. Every program of a target has the same file name while it is linked,
// because some linkers write the name into the file.

import { join } from 'node:path';
import { type LibraryName, TARGETS } from '@everypath/schema';
import { fingerprint } from '../store/fingerprint.ts';
import type { CacheEntry } from '../store/object-cache.ts';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import type { BuildTools } from './build-tools.ts';
import type { Toolchain } from './locate.ts';
import type { TargetSupport } from './stub-libraries.ts';

/** What a program is put together from, beside what every program of its target has. */
export interface LinkParts {
  readonly objects: readonly CacheEntry[];
  /** Libraries that these call. */
  readonly libraries: readonly LibraryName[];
}

/** The cache key of a link: the same objects give the same program, whichever path chose them. */
export const linkKey = (
  toolchain: Toolchain,
  target: TargetToolchain,
  support: TargetSupport,
  { objects, libraries }: LinkParts,
): string =>
  fingerprint(
    'program',
    toolchain.id,
    target.name,
    support.digest,
    ...libraries.map((name) => stubOf(support, name).sha256),
    ...objects.map((object) => object.sha256),
  );

function stubOf(support: TargetSupport, name: LibraryName): CacheEntry {
  const stub = support.libraries.get(name);
  if (!stub) throw new RangeError(`the target has no library ${name}`);
  return stub;
}

/** Links, or finds the program of an earlier link. */
export function linkProgram(
  { toolchain, cache, toolbox }: BuildTools,
  target: TargetToolchain,
  support: TargetSupport,
  parts: LinkParts,
  signal?: AbortSignal,
): Promise<{ entry: CacheEntry; hit: boolean }> {
  const { extension } = TARGETS[target.name];
  return cache.obtain(linkKey(toolchain, target, support, parts), extension, async (folder) => {
    const output = `program${extension}`;
    const command = target.link({
      objects: [...parts.objects.map((object) => object.path), ...support.objects],
      stubs: [...support.stubs, ...parts.libraries.map((name) => stubOf(support, name).path)],
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
