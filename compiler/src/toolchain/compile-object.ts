// One compile: C++ text or a file of the sysroot to one object in the cache.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IsaLevel } from '@everypath/schema';
import { fingerprint } from '../store/fingerprint.ts';
import type { CacheEntry } from '../store/object-cache.ts';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import type { BuildTools } from './build-tools.ts';
import { codeFlags, searchFlags } from './compile-command.ts';
import type { Toolchain } from './locate.ts';

export interface CompileRequest {
  readonly target: TargetToolchain;
  readonly isa: IsaLevel;
  readonly flags: readonly string[];
  readonly source:
    | { readonly kind: 'text'; readonly text: string }
    /** `digest` stands for the file's content. */
    | { readonly kind: 'file'; readonly path: string; readonly digest: string };
  /** Folders of headers, and a digest of those that the source may include. */
  readonly includes: readonly string[];
  readonly includesDigest: string;
  readonly signal?: AbortSignal;
}

/** The cache key of a compile: everything that decides the object's bytes, and no path of this machine. */
export function compileKey(toolchain: Toolchain, request: CompileRequest): string {
  const { source } = request;
  return fingerprint(
    'object',
    toolchain.id,
    codeFlags(request).join('\n'),
    source.kind === 'text' ? source.text : `${source.digest}\n${source.path.split('/').slice(-2).join('/')}`,
    request.includesDigest,
  );
}

/** Compiles, or finds the object of an earlier compile. */
export function compileObject(
  { toolchain, cache, toolbox }: BuildTools,
  request: CompileRequest,
): Promise<{ entry: CacheEntry; hit: boolean }> {
  return cache.obtain(compileKey(toolchain, request), '.o', async (folder) => {
    const { source } = request;
    const input = source.kind === 'text' ? 'unit.cpp' : source.path;
    if (source.kind === 'text') await writeFile(join(folder, input), source.text);
    await toolbox.run({
      tool: 'clang++',
      args: [...codeFlags(request), ...searchFlags(toolchain, request.includes), '-c', input, '-o', 'unit.o'],
      cwd: folder,
      ...(request.signal ? { signal: request.signal } : {}),
    });
    return join(folder, 'unit.o');
  });
}
