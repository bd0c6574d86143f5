// On which machine a program of each target runs here: the processor itself, an emulator of one, or Wine; with the
// system's loader or with the runner's own. Where there is none, what to install.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type IsaLevel,
  isaCovers,
  LIBRARIES,
  type LibraryName,
  TARGETS,
  type TargetName,
} from '@everypath/schema';
import type { LinuxKind, RunnerBuilder } from './build-runner.ts';
import type { ImageFormat } from './protocol.ts';
import type { RunnerCommand } from './runner-process.ts';
import { preparePrefix, WINE } from './wine-prefix.ts';

export interface Machine {
  /** Programs of one id can share a process. */
  readonly id: string;
  /** For people: `qemu-aarch64 7.2 -cpu cortex-a76, Mach-O loader`. */
  readonly by: string;
  readonly format: ImageFormat;
  readonly command: RunnerCommand;
  /** Whether each instruction is translated, tens of times slower than the processor. */
  readonly emulated: boolean;
  /** A file of this system as the machine names it. */
  readonly pathOf: (path: string) => string;
}

export type FoundMachine =
  | { readonly kind: 'machine'; readonly machine: Machine }
  | { readonly kind: 'missing'; readonly reason: string };

export interface MachineDependencies {
  /** What this machine is: a platform and architecture as Node names them, and its processor's level. */
  readonly platform: string;
  readonly architecture: string;
  readonly level: IsaLevel;
  /** What is installed here of what programs may call. */
  readonly libraries: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly builder: RunnerBuilder;
}

/** The processor that an emulator is told to be: one that has the level and, where there is one, no more. */
const CPU: Readonly<Partial<Record<IsaLevel, string>>> = {
  'armv8-a': 'cortex-a53',
  'armv8.2-a': 'cortex-a76',
  // Pointer authentication by the emulator's own hash: the architecture's costs a tenth of the time.
  'armv8.6-a': 'max,sve=off,pauth-impdef=on',
  'x86-64': 'qemu64',
  'x86-64-v2': 'Nehalem',
  'x86-64-v3': 'max',
};

/** Clang takes every Mac with an arm64 processor for an M1 or better, whatever the level: no model but `max` has all. */
const emulatedCpu = (target: TargetName, level: IsaLevel): string | undefined =>
  CPU[target === 'macos-arm64' ? 'armv8.6-a' : level];

const ARCHITECTURES: Readonly<Record<string, { kind: LinuxKind; node: string; root: string; libc: string }>> =
  {
    arm64: { kind: 'linux-arm64', node: 'arm64', root: '/usr/aarch64-linux-gnu', libc: 'libc6-arm64-cross' },
    x86_64: { kind: 'linux-x86_64', node: 'x64', root: '/usr/x86_64-linux-gnu', libc: 'libc6-amd64-cross' },
  };

const QEMU: Readonly<Record<string, string>> = { arm64: 'qemu-aarch64', x86_64: 'qemu-x86_64' };

const FORMAT = { elf: 'elf', macho: 'macho', coff: 'pe' } as const;
const LOADER: Readonly<Record<ImageFormat, string>> = {
  elf: '',
  macho: ', Mach-O loader',
  pe: ', PE loader',
};

const missing = (reason: string): FoundMachine => ({ kind: 'missing', reason });
const run = promisify(execFile);

/** First version number that a command prints of itself. */
async function versionOf(file: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await run(file, ['--version'], { env }).catch(() => ({ stdout: '' }));
  return /(\d+\.\d+)/.exec(stdout)?.[1] ?? '';
}

const onPath = (name: string, path: string): string | undefined =>
  path
    .split(':')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/** Where a program of a target runs that needs a level and calls libraries. */
export type MachineFor = (
  target: TargetName,
  level: IsaLevel,
  libraries: readonly LibraryName[],
) => Promise<FoundMachine>;

/** Looks each machine up once. */
export function createMachines(deps: MachineDependencies): MachineFor {
  const found = new Map<string, Promise<FoundMachine>>();
  return (target, level, libraries) => {
    const key = `${target} ${level} ${libraries.join()}`;
    const known = found.get(key) ?? findMachine(deps, target, level, libraries);
    found.set(key, known);
    return known;
  };
}

async function findMachine(
  deps: MachineDependencies,
  target: TargetName,
  level: IsaLevel,
  libraries: readonly LibraryName[],
): Promise<FoundMachine> {
  const { os, architecture, format } = TARGETS[target];
  if (format === 'wasm') return missing('WebAssembly runs in Node and in browsers');
  if (deps.platform !== 'linux')
    return missing(`programs for ${target} are only executed on ${target} and on Linux`);
  if (target === 'windows-x86_64') return findWine(deps, level);
  const how = ARCHITECTURES[architecture];
  const qemu = QEMU[architecture];
  if (!how || !qemu) return missing(`nothing here runs ${architecture}`);
  const image = FORMAT[format];
  const path = deps.env.PATH ?? '';
  const called = await placeLibraries(deps, how, libraries);
  const folder = os === 'android' ? await deps.builder.bionicStandIns() : called.folder;
  const library: Record<string, string> = folder === undefined ? {} : { LD_LIBRARY_PATH: folder };
  const loader = `${LOADER[image]}${os === 'android' ? ', stand-in libc' : ''}${called.by}`;
  const base = { format: image, pathOf: (file: string) => file };
  const runner = () => deps.builder.runner(how.kind);
  if (deps.architecture === how.node && isaCovers(deps.level, level)) {
    const command = { file: await runner(), args: [], env: { PATH: path, ...library } };
    return {
      kind: 'machine',
      machine: { ...base, id: `native${loader}`, by: `natively${loader}`, emulated: false, command },
    };
  }
  const cpu = emulatedCpu(target, level);
  const file = onPath(qemu, path) ?? onPath(`${qemu}-static`, path);
  if (!file) return missing(`install qemu-user to execute it`);
  const version = await versionOf(file, { PATH: path });
  if (!cpu) return missing(`this processor has no ${level}, nor has qemu ${version}`);
  const foreign = deps.architecture !== how.node;
  if (foreign && !existsSync(how.root)) return missing(`install ${how.libc} to execute it`);
  const guest = Object.entries(library).flatMap(([name, value]) => ['-E', `${name}=${value}`]);
  const args = ['-cpu', cpu, ...(foreign ? ['-L', how.root] : []), ...guest, await runner()];
  const by = `${qemu} ${version} -cpu ${cpu.split(',')[0]}${loader}`;
  return {
    kind: 'machine',
    machine: { ...base, id: by, by, emulated: true, command: { file, args, env: { PATH: path } } },
  };
}

/** What the libraries that a program calls are here, and where a stand-in lies that the loader is to find. */
async function placeLibraries(
  { architecture, libraries: installed, builder }: MachineDependencies,
  { kind, node }: { readonly kind: LinuxKind; readonly node: string },
  libraries: readonly LibraryName[],
): Promise<{ readonly by: string; readonly folder?: string }> {
  const title = (name: LibraryName): string => `, stand-in ${LIBRARIES[name].title}`;
  if (!libraries.includes('openblas')) return { by: libraries.map(title).join('') };
  if (architecture === node && installed.includes('openblas')) return { by: `, ${LIBRARIES.openblas.title}` };
  return { by: title('openblas'), folder: await builder.openblasStandIn(kind) };
}

async function findWine(deps: MachineDependencies, level: IsaLevel): Promise<FoundMachine> {
  if (deps.architecture !== 'x64') return missing('Wine runs x86-64 programs on x86-64 only');
  if (!isaCovers(deps.level, level)) return missing(`this processor has no ${level}, and Wine emulates none`);
  const file = WINE.find((each) => existsSync(each)) ?? onPath('wine64', deps.env.PATH ?? '');
  if (!file) return missing('install wine64 to execute it');
  const runner = await deps.builder.runner('windows-x86_64');
  const env = await preparePrefix(file, deps.builder.folder);
  const version = await versionOf(file, env);
  const by = `wine64 ${version}`;
  return {
    kind: 'machine',
    machine: {
      id: by,
      by,
      format: 'pe',
      emulated: false,
      command: { file, args: [runner], env },
      pathOf: (path) => `Z:${path.replaceAll('/', '\\')}`,
    },
  };
}
