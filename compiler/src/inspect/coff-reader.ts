// Facts of a Windows DLL, from its headers, export directory and import directory.

import type { Architecture } from '@everypath/schema';
import { ByteReader, type ImportedSymbol, type ProgramFacts } from './program-facts.ts';

const CHARACTERISTICS = { highEntropy: 0x20, dynamicBase: 0x40, nxCompat: 0x100 } as const;
const MACHINES: Readonly<Record<number, Architecture>> = { 34404: 'x86_64', 43620: 'arm64' };
const LIBRARY = 0x2000;
const DIRECTORY = {
  exports: 112,
  imports: 120,
  relocations: 152,
  threadLocals: 184,
  delayedImports: 216,
} as const;
const SECTION = { execute: 0x20000000, write: 0x80000000 } as const;

export function readCoff(bytes: Uint8Array): ProgramFacts {
  const file = new ByteReader(bytes);
  const pe = file.u32(60);
  if (file.u16(0) !== 0x5a4d || file.u32(pe) !== 0x4550) throw new RangeError('not a PE file');
  const optional = pe + 24;
  if (file.u16(optional) !== 0x20b) throw new RangeError('not a 64-bit PE file');
  const architecture = MACHINES[file.u16(pe + 4)];
  const faults: string[] = [];
  if (!(file.u16(pe + 22) & LIBRARY)) faults.push('it is no library');
  if (file.u32(optional + DIRECTORY.threadLocals) !== 0) faults.push('it has thread locals');
  if (file.u32(optional + DIRECTORY.delayedImports) !== 0) faults.push('it imports what it only loads later');
  if (file.u32(optional + DIRECTORY.relocations) === 0) faults.push('it can only be loaded at one address');
  const characteristics = file.u16(optional + 70);
  for (const [name, bit] of Object.entries(CHARACTERISTICS))
    if (!(characteristics & bit)) faults.push(`${name} is not set`);
  if (file.u32(optional + 16) !== 0) faults.push('it runs code when it is loaded');
  const sections = Array.from({ length: file.u16(pe + 6) }, (_, i) => {
    const at = optional + file.u16(pe + 20) + i * 40;
    const flags = file.u32(at + 36);
    if (flags & SECTION.write && flags & SECTION.execute) faults.push('a section is writable and executable');
    return {
      address: file.u32(at + 12),
      size: Math.max(file.u32(at + 8), file.u32(at + 16)),
      offset: file.u32(at + 20),
    };
  });
  const toOffset = (address: number) => {
    const section = sections.find((each) => address >= each.address && address < each.address + each.size);
    if (!section) throw new RangeError('an address outside all sections');
    return address - section.address + section.offset;
  };
  const imports = readImports(file, file.u32(optional + DIRECTORY.imports), toOffset);
  return {
    exports: readExports(file, file.u32(optional + DIRECTORY.exports), toOffset),
    imports,
    libraries: [...new Set(imports.map((each) => each.library!))],
    faults,
    minimum: `windows ${file.u16(optional + 48)}.${file.u16(optional + 50)}`,
    ...(architecture ? { architecture } : {}),
  };
}

type ToOffset = (address: number) => number;

function readExports(file: ByteReader, directory: number, toOffset: ToOffset): readonly string[] {
  if (directory === 0) return [];
  const at = toOffset(directory);
  const names = toOffset(file.u32(at + 32));
  return Array.from({ length: file.u32(at + 24) }, (_, i) =>
    file.text(toOffset(file.u32(names + i * 4))),
  ).sort();
}

function readImports(file: ByteReader, directory: number, toOffset: ToOffset): readonly ImportedSymbol[] {
  const imports: ImportedSymbol[] = [];
  if (directory === 0) return imports;
  for (let at = toOffset(directory); file.u32(at + 12) !== 0; at += 20) {
    const library = file.text(toOffset(file.u32(at + 12)));
    for (let entry = toOffset(file.u32(at)); file.u64(entry) !== 0; entry += 8) {
      // Without a name the highest bit is set, and the address lies outside all sections.
      imports.push({ library, name: file.text(toOffset(file.u64(entry)) + 2) });
    }
  }
  return imports;
}
