// Structural proof of a program that this machine cannot run: it exports the C ABI and nothing else, imports only what
// its platform surely has, keeps code and data apart, and is marked for the systems it is meant for.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LibraryName, Proof, TargetName } from '@everypath/schema';
import { TARGETS } from '@everypath/schema';
import { EXPORTS, type StubLibrary, type TargetToolchain } from '../targets/target-toolchain.ts';
import { SYSROOT } from '../toolchain/locate.ts';
import { parseSymbols } from '../toolchain/stub-text.ts';
import { readCoff } from './coff-reader.ts';
import { readElf } from './elf-reader.ts';
import { readMacho } from './macho-reader.ts';
import type { ProgramFacts } from './program-facts.ts';
import { readWasm } from './wasm-reader.ts';

const READERS = { elf: readElf, macho: readMacho, coff: readCoff, wasm: readWasm } as const;

/** What a program may weigh: a runtime that does not grow with it, and so much for each of its kernels. */
const BASE_BYTES = 64 * 1024;
const KERNEL_BYTES = 64 * 1024;

export interface Expectation {
  /** Kernels in the program, where known: beyond what they may weigh it carries something that it should not. */
  readonly kernels?: number;
  /** Libraries that its operator variants call: it may import those beside the C library. */
  readonly libraries?: readonly LibraryName[];
}

/** `inspected`, or `unproven` with everything that is wrong. */
export function inspectProgram(
  target: TargetToolchain,
  bytes: Uint8Array,
  expected: Expectation = {},
): Proof {
  const faults = inspectionFaults(target, bytes, expected);
  const how = faults.length === 0 ? 'inspected' : 'unproven';
  return { how, by: faults.length === 0 ? 'structure' : faults.join('; '), cases: 0, worst: 0 };
}

/** What is wrong with a program; nothing when it may be published. */
export function inspectionFaults(
  target: TargetToolchain,
  bytes: Uint8Array,
  { kernels, libraries = [] }: Expectation = {},
): readonly string[] {
  const most = kernels === undefined ? Number.POSITIVE_INFINITY : BASE_BYTES + kernels * KERNEL_BYTES;
  let facts: ProgramFacts;
  try {
    facts = READERS[TARGETS[target.name].format](bytes);
  } catch (error) {
    return [`cannot be read: ${error instanceof Error ? error.message : String(error)}`];
  }
  const stubs = [...target.stubs, ...libraries.flatMap((name) => target.libraries?.[name] ?? [])];
  const names = new Set(target.name === 'wasm32' ? ['env'] : stubs.map((stub) => stub.library));
  const allowed = allowedImports(target.name, stubs);
  const foreign = facts.imports.filter(
    ({ library, name }) => !allowed.has(name) || (library !== null && !names.has(library)),
  );
  return [
    ...facts.faults,
    ...differences(facts.exports, expectedExports(target.name)),
    ...foreign.map(({ name }) => `imports ${name}`),
    ...facts.libraries.filter((library) => !names.has(library)).map((library) => `needs ${library}`),
    ...(bytes.length > most ? [`${bytes.length} bytes are more than ${most} for ${kernels} kernels`] : []),
    ...(facts.architecture === TARGETS[target.name].architecture
      ? []
      : ['its code is for another processor']),
    ...platformFaults(target.name, facts),
  ];
}

const expectedExports = (target: TargetName): readonly string[] =>
  [...EXPORTS, ...(target === 'wasm32' ? ['memory'] : [])].sort();

function differences(have: readonly string[], want: readonly string[]): readonly string[] {
  return [
    ...want.filter((name) => !have.includes(name)).map((name) => `does not export ${name}`),
    ...have.filter((name) => !want.includes(name)).map((name) => `exports ${name}`),
  ];
}

function platformFaults(target: TargetName, facts: ProgramFacts): readonly string[] {
  switch (target) {
    case 'android-arm64':
      return alignmentFaults(facts, 16);
    case 'linux-arm64':
      return alignmentFaults(facts, 64);
    case 'macos-arm64':
    case 'macos-x86_64':
      return madeFor(facts, 'macos 13.0');
    case 'ios-arm64':
      return madeFor(facts, 'ios 14.0');
    case 'windows-x86_64':
    case 'windows-arm64':
      // What the linker says of Windows since Vista: the C runtime that it imports asks for Windows 10.
      return madeFor(facts, 'windows 6.0');
    default:
      return [];
  }
}

const alignmentFaults = ({ pageBytes = 0 }: ProgramFacts, kibibytes: number): readonly string[] =>
  pageBytes >= kibibytes * 1024 ? [] : [`segments are not aligned to ${kibibytes} KiB`];

const madeFor = ({ minimum }: ProgramFacts, wanted: string): readonly string[] =>
  minimum === wanted ? [] : [`made for ${minimum}`];

const symbolsOfList = new Map<string, readonly string[]>();

function allowedImports(target: TargetName, stubs: readonly StubLibrary[]): ReadonlySet<string> {
  if (target === 'wasm32') return new Set(['ep_clock_ns']);
  const symbols = (list: string): readonly string[] => {
    const known = symbolsOfList.get(list);
    if (known) return known;
    const read = parseSymbols(readFileSync(join(SYSROOT, 'symbols', list), 'utf8'));
    symbolsOfList.set(list, read);
    return read;
  };
  return new Set(stubs.flatMap((stub) => stub.symbols.flatMap(symbols)));
}
