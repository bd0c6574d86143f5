// Builds what every link of a target needs beside the program's own objects: stub libraries, platform objects and the
// archive of builtins. Each is made at first use and kept in the cache.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baselineIsa, LIBRARY_NAMES, type LibraryName } from '@everypath/schema';
import { fingerprint } from '../store/fingerprint.ts';
import type { CacheEntry } from '../store/object-cache.ts';
import type { StubLibrary, TargetToolchain } from '../targets/target-toolchain.ts';
import type { BuildTools } from './build-tools.ts';
import { compileObject } from './compile-object.ts';
import { parseSymbols, stubText } from './stub-text.ts';

/** Files of a target that do not depend on the function. */
export interface TargetSupport {
  readonly objects: readonly string[];
  readonly stubs: readonly string[];
  readonly builtins: string;
  /** SHA-256 of all of these. */
  readonly digest: string;
  /** Stub libraries that not every link needs. */
  readonly libraries: ReadonlyMap<LibraryName, CacheEntry>;
}

const BUILTINS = ['int128.cpp', 'float16.cpp', 'libcxx.cpp'] as const;

/** Makes or finds the support files of `target`. */
export async function supportTarget(
  tools: BuildTools,
  target: TargetToolchain,
  signal?: AbortSignal,
): Promise<TargetSupport> {
  const { toolchain, cache, toolbox } = tools;
  const compile = (folder: string, name: string) =>
    compileObject(tools, {
      target,
      isa: baselineIsa(target.name),
      flags: [],
      source: { kind: 'file', path: join(toolchain.sysroot, folder, name), digest: toolchain.id },
      includes: [],
      includesDigest: '',
      ...(signal ? { signal } : {}),
    }).then((made) => made.entry);
  const [objects, builtins, stubs, libraries] = await Promise.all([
    Promise.all(target.platform.map((name) => compile('platform', name))),
    Promise.all(BUILTINS.map((name) => compile('builtins', name))),
    Promise.all(target.stubs.map((stub) => buildStub(tools, target, stub, signal))),
    Promise.all(
      LIBRARY_NAMES.flatMap((name) => {
        const stub = target.libraries?.[name];
        return stub ? [buildStub(tools, target, stub, signal).then((entry) => [name, entry] as const)] : [];
      }),
    ),
  ]);
  const archive = await cache.obtain(
    fingerprint('archive', toolchain.id, target.name, ...builtins.map((entry) => entry.sha256)),
    '.a',
    async (folder) => {
      const output = join(folder, 'builtins.a');
      await toolbox.run({
        tool: 'llvm-ar',
        args: ['rcsD', output, ...builtins.map((entry) => entry.path)],
        cwd: folder,
        ...(signal ? { signal } : {}),
      });
      return output;
    },
  );
  const all = [...objects, ...stubs, archive.entry];
  return {
    objects: objects.map((entry) => entry.path),
    stubs: stubs.map((entry) => entry.path),
    builtins: archive.entry.path,
    digest: fingerprint(...all.map((entry) => entry.sha256)),
    libraries: new Map(libraries),
  };
}

async function buildStub(
  { toolchain, cache, toolbox }: BuildTools,
  target: TargetToolchain,
  stub: StubLibrary,
  signal: AbortSignal | undefined,
) {
  const lists = await Promise.all(
    stub.symbols.map((name) => readFile(join(toolchain.sysroot, 'symbols', name), 'utf8')),
  );
  const text = stubText(target, stub, lists.flatMap(parseSymbols));
  const extension = { ifs: '.so', 'import-library': '.lib', tbd: '.tbd' }[stub.format];
  const key = fingerprint('stub', toolchain.id, target.name, stub.library, text);
  const { entry } = await cache.obtain(key, extension, async (folder) => {
    const input = join(folder, `stub${stub.format === 'tbd' ? '.tbd' : '.txt'}`);
    await writeFile(input, text);
    if (stub.format === 'tbd') return input;
    const output = join(folder, `out${extension}`);
    const run = { cwd: folder, ...(signal ? { signal } : {}) };
    if (stub.format === 'ifs') {
      const args = ['--input-format=IFS', `--output-elf=${output}`, input];
      await toolbox.run({ ...run, tool: 'llvm-ifs', args });
    } else {
      const machine = target.name === 'windows-arm64' ? 'arm64' : 'i386:x86-64';
      const args = ['-m', machine, '-d', input, '-l', output, '-D', stub.library];
      await toolbox.run({ ...run, tool: 'llvm-dlltool', args });
    }
    return output;
  });
  return entry;
}
