// Compiles the hand-written programs natively and for wasm32 with clang, once; the clients' tests run them.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const sources = join(here, 'programs');
const include = join(here, '../../schema/include');
const out = join(here, '.cache');

const newest = (folder: string): number =>
  Math.max(...readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs));

const WASM_EXPORTS = [
  'ep_abi_version',
  'ep_describe',
  'ep_invoke',
  'ep_release',
  'ep_alloc',
  'ep_free',
  'ep_telemetry_mode',
  'ep_telemetry_drain',
].map((name) => `-Wl,--export=${name}`);

const common = ['-O2', '-Wall', '-Wno-unused-function', '-ffp-contract=off', `-I${include}`, `-I${sources}`];
const native = ['-shared', '-fPIC', '-fvisibility=hidden'];
const wasm = [
  '--target=wasm32-wasi',
  '-nostartfiles',
  '-nodefaultlibs',
  '-lc',
  '-Wl,--no-entry',
  ...WASM_EXPORTS,
];

/** Path of a program by its source's name (`fma`), compiled when missing or older than its sources. */
export function buildProgram(name: string, target: 'native' | 'wasm32'): string {
  const path = join(out, `${name}.${target === 'wasm32' ? 'wasm' : 'so'}`);
  const changed = Math.max(newest(sources), newest(include));
  if (existsSync(path) && statSync(path).mtimeMs > changed) return path;
  mkdirSync(out, { recursive: true });
  const flags = target === 'wasm32' ? wasm : native;
  // Test files run side by side: each writes its own file and renames it.
  const draft = `${path}.${process.pid}`;
  const clang = process.env.EVERYPATH_CLANG ?? 'clang-19';
  execFileSync(clang, [...common, join(sources, `${name}.c`), ...flags, '-o', draft], { stdio: 'inherit' });
  renameSync(draft, path);
  return path;
}
