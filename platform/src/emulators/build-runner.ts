// Compiles and links the runner, with the toolchain that compiles programs, for each system that runs some. Kept by
// content beside the objects; no SDK and no C library of the target is needed to build it.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { locateToolchain, type Toolchain, toolchainSettings } from '@everypath/compiler';
import { importedSymbols } from './runner-imports.ts';

/** The system that a runner runs on. */
export type RunnerKind = LinuxKind | 'windows-x86_64';
export type LinuxKind = 'linux-x86_64' | 'linux-arm64';

export interface RunnerBuilder {
  /** Where runners and whatever else machines need are kept. */
  readonly folder: string;
  /** Path of the runner for a system. */
  runner(kind: RunnerKind): Promise<string>;
  /** A folder of `libc.so` and `libm.so`, as Android names them, that hand on to the C library of Linux on arm64. */
  bionicStandIns(): Promise<string>;
  /** A folder of `libopenblas.so.0`, by definition (`runner/blas.hpp`). */
  openblasStandIn(kind: LinuxKind): Promise<string>;
}

const SOURCES = join(import.meta.dirname, 'runner');
const HEADERS = join(import.meta.dirname, '../../../schema/include');
const LINUX_UNITS = ['main', 'result', 'system-linux', 'imports', 'open-macho', 'open-pe', 'blas'];

interface Recipe {
  readonly triple: string;
  readonly units: readonly string[];
  readonly extension: string;
}

const RECIPES: Readonly<Record<RunnerKind, Recipe>> = {
  'linux-x86_64': { triple: 'x86_64-unknown-linux-gnu', units: LINUX_UNITS, extension: '' },
  // x18 stays as it is: see runner/invoke.hpp.
  'linux-arm64': { triple: 'aarch64-unknown-linux-gnu', units: LINUX_UNITS, extension: '' },
  'windows-x86_64': {
    triple: 'x86_64-w64-windows-gnu',
    units: ['main', 'result', 'system-windows'],
    extension: '.exe',
  },
};

const DYNAMIC_LINKER = {
  'linux-x86_64': '/lib64/ld-linux-x86-64.so.2',
  'linux-arm64': '/lib/ld-linux-aarch64.so.1',
} as const;

const FLAGS = [
  '-std=c++23',
  '-O2',
  '-ffreestanding',
  '-fno-exceptions',
  '-fno-rtti',
  '-fno-threadsafe-statics',
  '-fno-stack-protector',
  '-nostdinc',
  '-nostdinc++',
];

const run = promisify(execFile);

/** Runners below `cacheDir`. Builds each at first use. */
export function createRunnerBuilder(
  cacheDir: string,
  env: Readonly<Record<string, string | undefined>>,
): RunnerBuilder {
  const folder = join(cacheDir, 'runners');
  const toolchain = once(() => locateToolchain(toolchainSettings(env)));
  const sources = once(digestOfSources);
  const made = new Map<string, Promise<string>>();
  /** Fills a folder named by content, once. */
  async function obtain(
    name: string,
    fill: (tools: Toolchain, folder: string) => Promise<void>,
  ): Promise<string> {
    const tools = await toolchain();
    const digest = createHash('sha256')
      .update(`${tools.id} ${await sources()} ${name}`)
      .digest('hex')
      .slice(0, 16);
    const place = join(folder, `${name}-${digest}`);
    if (existsSync(place)) return place;
    await mkdir(folder, { recursive: true });
    const draft = await mkdtemp(join(folder, '.draft-'));
    await fill(tools, draft);
    await rename(draft, place).catch(async (error: unknown) => {
      await rm(draft, { recursive: true, force: true });
      if (!existsSync(place)) throw error;
    });
    return place;
  }
  const remember = (name: string, make: () => Promise<string>): Promise<string> => {
    const known = made.get(name) ?? make();
    made.set(name, known);
    return known;
  };
  return {
    folder,
    runner: (kind) =>
      remember(kind, async () =>
        join(
          await obtain(kind, (tools, draft) => build(tools, kind, draft)),
          `runner${RECIPES[kind].extension}`,
        ),
      ),
    bionicStandIns: () => remember('bionic', () => obtain('bionic', buildStandIns)),
    openblasStandIn: (kind) =>
      remember(`openblas-${kind}`, () =>
        obtain(`openblas-${kind}`, (tools, draft) => buildOpenblas(tools, kind, draft)),
      ),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const names = (await readdir(SOURCES)).sort();
  const files = [
    ...names.map((name) => join(SOURCES, name)),
    join(HEADERS, 'everypath.h'),
    import.meta.filename,
  ];
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}

/** What a unit is compiled with beyond the rest: see runner/blas.cpp. */
const unitFlags = (unit: string, kind: RunnerKind): readonly string[] =>
  unit === 'blas' && kind === 'linux-arm64' ? ['-ffixed-x18'] : [];

/** Compiles `source` to `object` in `folder`. */
async function compileFor(
  { tools, kind, folder }: { readonly tools: Toolchain; readonly kind: RunnerKind; readonly folder: string },
  source: string,
  object: string,
  more: readonly string[],
): Promise<void> {
  const flags = [`--target=${RECIPES[kind].triple}`, ...FLAGS, ...more];
  const search = ['-isystem', tools.resource, '-isystem', join(tools.sysroot, 'libc'), '-I', HEADERS];
  await run(tools.tool('clang++'), [...flags, ...search, '-c', source, '-o', object], { cwd: folder });
}

async function build(tools: Toolchain, kind: RunnerKind, folder: string): Promise<void> {
  const { units } = RECIPES[kind];
  const windows = kind === 'windows-x86_64';
  const place = windows ? [] : ['-fPIE'];
  const compile = (source: string, object: string, more: readonly string[] = []) =>
    compileFor({ tools, kind, folder }, source, object, [...place, ...more]);
  await Promise.all(
    units.map((unit) => compile(join(SOURCES, `${unit}.cpp`), `${unit}.o`, unitFlags(unit, kind))),
  );
  const objects = units.map((unit) => `${unit}.o`);
  if (windows) {
    await compile(join(tools.sysroot, 'platform', 'chkstk-x86_64.S'), 'chkstk.o');
    await linkWindows(tools, folder, [...objects, 'chkstk.o']);
  } else {
    await linkLinux(tools, folder, kind, objects);
  }
}

/** Makes a library for the linker out of a list of symbols. */
async function stub(
  tools: Toolchain,
  folder: string,
  library: string,
  architecture: string,
): Promise<string> {
  const rows = importedSymbols(library).map((name) => `  - { Name: ${name}, Type: Func }\n`);
  const text = `--- !ifs-v1
IfsVersion: 3.0
SoName: ${library}
Target: { ObjectFormat: ELF, Arch: ${architecture}, Endianness: little, BitWidth: 64 }
Symbols:
${rows.join('')}...
`;
  await writeFile(join(folder, `${library}.ifs`), text);
  const args = ['--input-format=IFS', `--output-elf=stub-${library}`, `${library}.ifs`];
  await run(tools.tool('llvm-ifs'), args, { cwd: folder });
  return `stub-${library}`;
}

async function linkLinux(
  tools: Toolchain,
  folder: string,
  kind: 'linux-x86_64' | 'linux-arm64',
  objects: readonly string[],
): Promise<void> {
  const architecture = kind === 'linux-arm64' ? 'AArch64' : 'x86_64';
  const stubs = [
    await stub(tools, folder, 'libc.so.6', architecture),
    await stub(tools, folder, 'libm.so.6', architecture),
  ];
  const args = ['-pie', '-dynamic-linker', DYNAMIC_LINKER[kind], '-znow', '-zrelro', '--no-as-needed'];
  await run(tools.tool('ld.lld'), [...args, ...objects, ...stubs, '-o', 'runner'], { cwd: folder });
}

async function linkWindows(tools: Toolchain, folder: string, objects: readonly string[]): Promise<void> {
  const libraries = await Promise.all(
    ['kernel32.dll', 'ucrtbase.dll'].map(async (library) => {
      const symbols = importedSymbols(library).map((name) => `  ${name}\n`);
      await writeFile(join(folder, `${library}.def`), `LIBRARY ${library}\nEXPORTS\n${symbols.join('')}`);
      const args = ['-m', 'i386:x86-64', '-d', `${library}.def`, '-l', `${library}.lib`, '-D', library];
      await run(tools.tool('llvm-dlltool'), args, { cwd: folder });
      return `${library}.lib`;
    }),
  );
  const args = ['/lldmingw', '/entry:runner_start', '/subsystem:console', '/machine:x64', '/nodefaultlib'];
  await run(tools.tool('lld-link'), [...args, ...objects, ...libraries, '/out:runner.exe'], { cwd: folder });
}

async function buildStandIns(tools: Toolchain, folder: string): Promise<void> {
  for (const [name, real] of [
    ['libc.so', 'libc.so.6'],
    ['libm.so', 'libm.so.6'],
  ] as const) {
    const behind = await stub(tools, folder, real, 'AArch64');
    const args = ['-shared', '-soname', name, '--no-as-needed', behind, '-o', name];
    await run(tools.tool('ld.lld'), args, { cwd: folder });
  }
}

async function buildOpenblas(tools: Toolchain, kind: LinuxKind, folder: string): Promise<void> {
  await compileFor({ tools, kind, folder }, join(SOURCES, 'blas.cpp'), 'blas.o', ['-fPIC']);
  const args = ['-shared', '-soname', 'libopenblas.so.0', '--no-undefined', 'blas.o'];
  await run(tools.tool('ld.lld'), [...args, '-o', 'libopenblas.so.0'], { cwd: folder });
}
