// Facts of a Mach-O dynamic library, from its load commands and symbol table.

import type { Architecture } from '@everypath/schema';
import { signatureFaults } from './code-signature.ts';
import { ByteReader, type ProgramFacts } from './program-facts.ts';

const LC = {
  symtab: 2,
  loadDylib: 0xc,
  segment: 0x19,
  codeSignature: 0x1d,
  buildVersion: 0x32,
  chainedFixups: 0x80000034,
} as const;
const PLATFORMS: Readonly<Record<number, string>> = { 1: 'macos', 2: 'ios', 7: 'ios-simulator' };
const PROCESSORS: Readonly<Record<number, Architecture>> = { 16777223: 'x86_64', 16777228: 'arm64' };
const PAGE_BYTES: Readonly<Partial<Record<Architecture, number>>> = { x86_64: 4096, arm64: 16384 };
const WRITE_AND_EXECUTE = 6;

/** Sections that make the loader run code or make storage for each thread. */
const INITIALISERS = new Set([0x9, 0xa, 0x16]);
const THREAD_LOCALS = new Set([0x11, 0x12, 0x13, 0x14, 0x15]);

export function readMacho(bytes: Uint8Array): ProgramFacts {
  const file = new ByteReader(bytes);
  if (file.u32(0) !== 0xfeedfacf) throw new RangeError('not a 64-bit Mach-O file');
  const architecture = PROCESSORS[file.u32(4)];
  const faults: string[] = [];
  const libraries: string[] = [];
  let symbols: Pick<ProgramFacts, 'exports' | 'imports'> = { exports: [], imports: [] };
  let signature: { readonly offset: number; readonly size: number } | undefined;
  let minimum: string | undefined;
  let chained = false;
  if (file.u32(12) !== 6) faults.push('it is no dynamic library');
  let at = 32;
  for (let i = 0; i < file.u32(16); i++) {
    const [command, size] = [file.u32(at), file.u32(at + 4)];
    if (command === LC.segment) faults.push(...segmentFaults(file, at, architecture));
    if (command === LC.loadDylib) libraries.push(file.text(at + file.u32(at + 8)));
    if (command === LC.chainedFixups) chained = true;
    if (command === LC.codeSignature) signature = { offset: file.u32(at + 8), size: file.u32(at + 12) };
    if (command === LC.buildVersion) {
      const version = file.u32(at + 12);
      minimum = `${PLATFORMS[file.u32(at + 8)] ?? 'unknown'} ${version >>> 16}.${(version >>> 8) & 255}`;
    }
    if (command === LC.symtab) symbols = readSymbols(file, at);
    at += size;
  }
  if (!chained) faults.push('its fixups are not chained');
  faults.push(...(signature ? signatureFaults(bytes, signature) : ['no code signature']));
  return {
    ...symbols,
    libraries,
    faults,
    ...(architecture ? { architecture } : {}),
    ...(minimum ? { minimum } : {}),
  };
}

function segmentFaults(
  file: ByteReader,
  at: number,
  architecture: Architecture | undefined,
): readonly string[] {
  const faults: string[] = [];
  const [address, offset, size] = [file.u64(at + 24), file.u64(at + 40), file.u64(at + 48)];
  const [most, rights, sections] = [file.u32(at + 56), file.u32(at + 60), file.u32(at + 64)];
  if ([most, rights].some((mask) => (mask & WRITE_AND_EXECUTE) === WRITE_AND_EXECUTE))
    faults.push('a segment is writable and executable');
  const page = (architecture && PAGE_BYTES[architecture]) ?? 4096;
  if (address % page !== 0 || (size > 0 && offset % page !== 0))
    faults.push(`a segment is not aligned to ${page / 1024} KiB`);
  for (let index = 0; index < sections; index++) {
    const kind = file.u32(at + 72 + index * 80 + 64) & 0xff;
    if (INITIALISERS.has(kind)) faults.push('it runs code when it is loaded');
    if (THREAD_LOCALS.has(kind)) faults.push('it has thread locals');
  }
  return faults;
}

function readSymbols(file: ByteReader, at: number): Pick<ProgramFacts, 'exports' | 'imports'> {
  const [symbols, count, strings] = [file.u32(at + 8), file.u32(at + 12), file.u32(at + 16)];
  const exports: string[] = [];
  const imports: { library: null; name: string }[] = [];
  for (let k = 0; k < count; k++) {
    const symbol = symbols + k * 16;
    const type = file.u8(symbol + 4);
    if ((type & 1) === 0 || type & 0xe0) continue; // local, or for a debugger
    const name = file.text(strings + file.u32(symbol)).replace(/^_/, '');
    if ((type & 0xe) === 0) imports.push({ library: null, name });
    else if ((type & 0x10) === 0) exports.push(name);
  }
  return { exports: exports.sort(), imports };
}
