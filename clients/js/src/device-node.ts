// What this machine is, as far as Node and the system's own files tell. Unknown stays unknown; nothing is guessed up.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release } from 'node:os';
import type { DeviceFeatures, IsaLevel } from '@everypath/schema';
import { clockResolutionNs } from './clock-resolution.ts';
import { UnsupportedError } from './errors.ts';
import { hostTarget } from './host-target.ts';
import { findLibraries } from './installed-libraries.ts';
import { nativeTicksNs, systemClock } from './system.ts';
import { wasmLevel } from './wasm-features.ts';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

/** First value of a field of /proc/cpuinfo. */
const field = (cpuinfo: string, name: string): string =>
  new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(cpuinfo)?.[1]?.trim() ?? '';

/** x86-64 psABI levels by the flags of Linux (`abm` is lzcnt, `pni` is SSE3). */
const X86_LEVELS: readonly (readonly [IsaLevel, string])[] = [
  ['x86-64-v2', 'cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3'],
  ['x86-64-v3', 'avx avx2 bmi1 bmi2 f16c fma abm movbe xsave'],
  ['x86-64-v4', 'avx512f avx512bw avx512cd avx512dq avx512vl'],
];

/** Arm levels by the hwcaps of Linux, with the half-precision and dot products that 8.2 makes optional. */
const ARM_LEVELS: readonly (readonly [IsaLevel, string])[] = [
  ['armv8.2-a', 'atomics asimdrdm fphp asimdhp asimddp'],
  ['armv8.6-a', 'i8mm bf16'],
];

/** The highest level whose flags, and those of all levels before it, are present. */
export function levelOf(flags: ReadonlySet<string>, architecture: 'x86_64' | 'arm64'): IsaLevel {
  let level: IsaLevel = architecture === 'x86_64' ? 'x86-64' : 'armv8-a';
  for (const [name, needs] of architecture === 'x86_64' ? X86_LEVELS : ARM_LEVELS) {
    if (!needs.split(' ').every((flag) => flags.has(flag))) break;
    level = name;
  }
  return level;
}

/** Flags that say something about vector and matrix arithmetic; the rest is nobody's business. */
const isArithmetic = (flag: string): boolean =>
  /^(s?sse|avx|amx|fma|f16c|bmi|vaes|gfni|vpclmul|sha_ni|asimd|sve|sme(?!p)|i8mm|bf16|fphp|atomics)/.test(
    flag,
  );

function sysctl(name: string): string {
  try {
    return execFileSync('sysctl', ['-n', name], { encoding: 'utf8', timeout: 2000, stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
}

function macFlags(architecture: string): Set<string> {
  if (architecture === 'arm64') {
    // Every Apple computer with an Arm processor has 8.4; the matrix extensions came with the M2.
    const base = 'atomics asimdrdm fphp asimdhp asimddp'.split(' ');
    const i8mm = sysctl('hw.optional.arm.FEAT_I8MM') === '1' ? ['i8mm'] : [];
    return new Set([...base, ...i8mm, ...(sysctl('hw.optional.arm.FEAT_BF16') === '1' ? ['bf16'] : [])]);
  }
  const names = ['features', 'leaf7_features', 'extfeatures']
    .map((leaf) => sysctl(`machdep.cpu.${leaf}`))
    .join(' ');
  const apple: Readonly<Record<string, string>> = {
    'sse4.1': 'sse4_1',
    'sse4.2': 'sse4_2',
    sse3: 'pni',
    'avx1.0': 'avx',
    lahf: 'lahf_lm',
    lzcnt: 'abm',
  };
  return new Set(
    names
      .toLowerCase()
      .split(/\s+/)
      .map((flag) => apple[flag] ?? flag),
  );
}

function microarchitecture(cpuinfo: string): string {
  const vendor = field(cpuinfo, 'vendor_id').replace('GenuineIntel', 'intel').replace('AuthenticAMD', 'amd');
  if (vendor) return `${vendor}-${field(cpuinfo, 'cpu family')}-${field(cpuinfo, 'model')}`.toLowerCase();
  const implementer = field(cpuinfo, 'CPU implementer');
  return implementer ? `arm-${implementer}-${field(cpuinfo, 'CPU part')}` : '';
}

function cacheBytes(): number[] {
  const sizes: number[] = [];
  for (let index = 0; index < 8; index++) {
    const folder = `/sys/devices/system/cpu/cpu0/cache/index${index}`;
    const size = /^(\d+)([KM])$/.exec(read(`${folder}/size`));
    if (!size || read(`${folder}/type`) === 'Instruction') continue;
    sizes.push(Number(size[1]) * (size[2] === 'M' ? 1 << 20 : 1024));
  }
  return sizes.sort((a, b) => a - b).slice(0, 4);
}

const shared = (): Pick<DeviceFeatures, 'cores' | 'os' | 'runtime'> => ({
  cores: availableParallelism(),
  os: `${platform()} ${release().split('.').slice(0, 2).join('.')}`,
  runtime: `node ${process.versions.node.split('.')[0]}`,
});

/** This machine; with `wasm`, what a WebAssembly program in it can know of it. Libraries are looked for unless told not to. */
export async function detectDevice({
  wasm = false,
  libraries = true,
}: {
  readonly wasm?: boolean;
  readonly libraries?: boolean;
} = {}): Promise<DeviceFeatures> {
  if (wasm) {
    return {
      target: 'wasm32',
      isaLevel: wasmLevel(),
      extensions: [],
      microarchitecture: '',
      model: '',
      cacheBytes: [],
      ...shared(),
      clockResolutionNs: clockResolutionNs(systemClock.ticksNs),
    };
  }
  const target = hostTarget();
  if (!target)
    throw new UnsupportedError(`no native programs for ${process.platform} on ${process.arch}: use wasm`);
  const architecture = process.arch === 'x64' ? 'x86_64' : 'arm64';
  const installed = libraries ? await findLibraries() : [];
  const cpuinfo = read('/proc/cpuinfo');
  const linuxFlags = field(cpuinfo, 'flags') || field(cpuinfo, 'Features');
  const flags = process.platform === 'darwin' ? macFlags(architecture) : new Set(linuxFlags.split(/\s+/));
  return {
    target,
    // Windows does not tell through any file or command: the baseline is what surely runs.
    isaLevel: levelOf(flags, architecture),
    extensions: [...flags].filter(isArithmetic).slice(0, 128),
    microarchitecture: microarchitecture(cpuinfo).slice(0, 120),
    model: (field(cpuinfo, 'model name') || cpus()[0]?.model.trim() || '')
      .replace(/^unknown$/, '')
      .slice(0, 120),
    cacheBytes: cacheBytes(),
    ...shared(),
    clockResolutionNs: clockResolutionNs(nativeTicksNs),
    ...(installed.length > 0 ? { libraries: installed } : {}),
  };
}
