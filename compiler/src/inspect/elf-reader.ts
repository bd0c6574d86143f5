// Facts of an ELF shared library, from its program headers, dynamic section and dynamic symbols.

import type { Architecture } from '@everypath/schema';
import { ByteReader, type ProgramFacts } from './program-facts.ts';

const PT = { load: 1, dynamic: 2, tls: 7, gnuStack: 0x6474e551, gnuRelro: 0x6474e552 } as const;
const DT = { needed: 1, strtab: 5, textrel: 22, flags: 30, flags1: 0x6ffffffb } as const;
const SHARED_LIBRARY = 3;
const MACHINES: Readonly<Record<number, Architecture>> = { 62: 'x86_64', 183: 'arm64' };
/** DT_INIT, DT_FINI, DT_INIT_ARRAY, DT_FINI_ARRAY, DT_PREINIT_ARRAY. */
const INITIALISERS = new Set([12, 13, 25, 26, 32]);
/** DT_RPATH, DT_RUNPATH. */
const SEARCH_PATHS = new Set([15, 29]);
/** DT_VERNEED: what it needs of a library's versions would tie it to newer systems. */
const VERSIONS_NEEDED = 0x6ffffffe;
const SHT_DYNSYM = 11;

export function readElf(bytes: Uint8Array): ProgramFacts {
  const file = new ByteReader(bytes);
  if (file.u32(0) !== 0x464c457f || file.u8(4) !== 2) throw new RangeError('not a 64-bit ELF file');
  const architecture = MACHINES[file.u16(18)];
  const faults: string[] = [];
  if (file.u16(16) !== SHARED_LIBRARY) faults.push('it is no shared library');
  const kinds = new Set<number>();
  let pageBytes = Number.MAX_SAFE_INTEGER;
  let dynamic: { at: number; size: number } | undefined;
  const loads: { address: number; offset: number; size: number }[] = [];
  const [headers, headerBytes, headerCount] = [file.u64(32), file.u16(54), file.u16(56)];
  for (let i = 0; i < headerCount; i++) {
    const at = headers + i * headerBytes;
    const [type, flags] = [file.u32(at), file.u32(at + 4)];
    kinds.add(type);
    if (type === PT.load) {
      loads.push({ offset: file.u64(at + 8), address: file.u64(at + 16), size: file.u64(at + 32) });
      const alignment = file.u64(at + 48);
      pageBytes = Math.min(pageBytes, alignment);
      // A loader maps whole pages of the file: offset and address must lie alike within one.
      if (file.u64(at + 8) % alignment !== file.u64(at + 16) % alignment)
        faults.push('a segment does not lie in the file as in memory');
      if ((flags & 3) === 3) faults.push('a segment is writable and executable');
    } else if (type === PT.dynamic) {
      dynamic = { at: file.u64(at + 8), size: file.u64(at + 32) };
    } else if (type === PT.tls) {
      faults.push('it has thread locals');
    } else if (type === PT.gnuStack && flags & 1) {
      faults.push('the stack is executable');
    }
  }
  if (!kinds.has(PT.gnuStack)) faults.push('PT_GNU_STACK is missing');
  if (!kinds.has(PT.gnuRelro)) faults.push('PT_GNU_RELRO is missing');
  const toOffset = (address: number) => {
    const load = loads.find((each) => address >= each.address && address < each.address + each.size);
    if (!load) throw new RangeError('an address outside all segments');
    return address - load.address + load.offset;
  };
  const needed: number[] = [];
  let strtab = 0;
  let boundNow = false;
  for (let at = dynamic?.at ?? 0; dynamic && at < dynamic.at + dynamic.size; at += 16) {
    const [tag, value] = [file.u64(at), file.u64(at + 8)];
    if (tag === DT.needed) needed.push(value);
    if (tag === DT.strtab) strtab = toOffset(value);
    if (tag === DT.textrel) faults.push('text relocations');
    if (INITIALISERS.has(tag)) faults.push('it runs code when it is loaded');
    if (SEARCH_PATHS.has(tag)) faults.push('it names where its libraries lie');
    if (tag === VERSIONS_NEEDED) faults.push('it needs versions of symbols');
    if ((tag === DT.flags && value & 8) || (tag === DT.flags1 && value & 1)) boundNow = true;
  }
  if (!boundNow) faults.push('not bound at load');
  return {
    ...readSymbols(file, strtab),
    libraries: needed.map((offset) => file.text(strtab + offset)),
    faults,
    pageBytes,
    ...(architecture ? { architecture } : {}),
  };
}

function readSymbols(file: ByteReader, strtab: number): Pick<ProgramFacts, 'exports' | 'imports'> {
  const [sections, sectionBytes, sectionCount] = [file.u64(40), file.u16(58), file.u16(60)];
  const exports: string[] = [];
  const imports: { library: null; name: string }[] = [];
  for (let i = 0; i < sectionCount; i++) {
    const section = sections + i * sectionBytes;
    if (file.u32(section + 4) !== SHT_DYNSYM) continue;
    const [offset, size] = [file.u64(section + 24), file.u64(section + 32)];
    for (let at = offset + 24; at < offset + size; at += 24) {
      const name = file.text(strtab + file.u32(at));
      if (file.u16(at + 6) === 0) imports.push({ library: null, name });
      else exports.push(name);
    }
  }
  return { exports: exports.sort(), imports };
}
