// Finds LLVM 19, libc++'s headers and wasi-libc, and gives the whole an identity. Refuses other major versions: the
// sysroot's configuration is written for libc++ 19.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tool } from '../targets/target-toolchain.ts';
import { BuildError } from './build-error.ts';
import { INSTALL_HINT, runTool } from './run-tool.ts';

export interface Toolchain {
  readonly tool: (name: Tool) => string;
  readonly sysroot: string;
  /** libc++'s own headers, below ours on the search path. */
  readonly libcxx: string;
  /** clang's own headers: stddef.h, immintrin.h. */
  readonly resource: string;
  readonly wasiLibraries: readonly string[];
  /** Short name of compiler, sysroot and libraries: part of every cache key. */
  readonly id: string;
}

export interface ToolchainSettings {
  /** Folder of LLVM 19 (`bin`, `include`, `lib`). */
  readonly llvm: string;
  /** Folder of wasi-libc's archives. */
  readonly wasi: string;
}

/** `EVERYPATH_LLVM` and `EVERYPATH_WASI_LIBC`, or where Debian puts them. */
export const toolchainSettings = (env: Readonly<Record<string, string | undefined>>): ToolchainSettings => ({
  llvm: env.EVERYPATH_LLVM ?? '/usr/lib/llvm-19',
  wasi: env.EVERYPATH_WASI_LIBC ?? '/usr/lib/wasm32-wasi',
});

export const SYSROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'sysroot');

/** Looks up every part; throws a `BuildError` that names the missing one. */
export async function locateToolchain(settings: ToolchainSettings): Promise<Toolchain> {
  const tool = (name: Tool) => join(settings.llvm, 'bin', name);
  const libcxx = join(settings.llvm, 'include', 'c++', 'v1');
  const resource = join(settings.llvm, 'lib', 'clang', '19', 'include');
  const wasiLibraries = ['libc.a', 'libm.a'].map((name) => join(settings.wasi, name));
  for (const path of [
    tool('clang++'),
    tool('ld.lld'),
    tool('llvm-ifs'),
    join(libcxx, '__config'),
    resource,
    ...wasiLibraries,
  ]) {
    if (!existsSync(path)) throw new BuildError('EP_TOOL_MISSING', `${path} was not found.`, INSTALL_HINT);
  }
  const { stdout } = await runTool({ file: tool('clang++'), args: ['--version'], cwd: tmpdir() });
  const version = /clang version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const hash = createHash('sha256').update(stdout.split('\n')[0] ?? '');
  for (const archive of wasiLibraries) hash.update(readFileSync(archive));
  for (const folder of ['libc', 'libcxx', 'symbols', 'builtins', 'platform'])
    hash.update(hashFolder(join(SYSROOT, folder)));
  hash.update(hashFolder(join(SYSROOT, '..', 'src', 'targets')));
  hash.update(readFileSync(join(SYSROOT, '..', 'src', 'toolchain', 'compile-command.ts')));
  return {
    tool,
    sysroot: SYSROOT,
    libcxx,
    resource,
    wasiLibraries,
    id: `clang-${version}-${hash.digest('hex').slice(0, 12)}`,
  };
}

/** Hash of all files below a folder: their relative names and contents. */
export function hashFolder(folder: string, accept: (name: string) => boolean = () => true): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && accept(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${relative(folder, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
