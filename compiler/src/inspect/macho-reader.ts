// Facts of a Mach-O dynamic library, from its load commands and symbol table.

import { ByteReader, type ProgramFacts } from './program-facts.ts';

const LC = { symtab: 2, loadDylib: 0xc, segment: 0x19, codeSignature: 0x1d, buildVersion: 0x32 } as const;
const PLATFORMS: Readonly<Record<number, string>> = { 1: 'macos', 2: 'ios', 7: 'ios-simulator' };

export function readMacho(bytes: Uint8Array): ProgramFacts {
  const file = new ByteReader(bytes);
  if (file.u32(0) !== 0xfeedfacf) throw new RangeError('not a 64-bit Mach-O file');
  const faults: string[] = [];
  const exports: string[] = [];
  const imports: { library: null; name: string }[] = [];
  const libraries: string[] = [];
  let signed = false;
  let minimum: string | undefined;
  let at = 32;
  for (let i = 0; i < file.u32(16); i++) {
    const [command, size] = [file.u32(at), file.u32(at + 4)];
    if (command === LC.segment && (file.u32(at + 60) & 6) === 6)
      faults.push('a segment is writable and executable');
    if (command === LC.loadDylib) libraries.push(file.text(at + file.u32(at + 8)));
    if (command === LC.codeSignature) signed = file.u32(file.u32(at + 8)) === 0xc00cdefa; // big-endian 0xfade0cc0
    if (command === LC.buildVersion) {
      const version = file.u32(at + 12);
      minimum = `${PLATFORMS[file.u32(at + 8)] ?? 'unknown'} ${version >>> 16}.${(version >>> 8) & 255}`;
    }
    if (command === LC.symtab) {
      const [symbols, count, strings] = [file.u32(at + 8), file.u32(at + 12), file.u32(at + 16)];
      for (let k = 0; k < count; k++) {
        const symbol = symbols + k * 16;
        const type = file.u8(symbol + 4);
        if ((type & 1) === 0 || type & 0xe0) continue; // local, or for a debugger
        const name = file.text(strings + file.u32(symbol)).replace(/^_/, '');
        if ((type & 0xe) === 0) imports.push({ library: null, name });
        else if ((type & 0x10) === 0) exports.push(name);
      }
    }
    at += size;
  }
  if (!signed) faults.push('no code signature');
  return { exports: exports.sort(), imports, libraries, faults, ...(minimum ? { minimum } : {}) };
}
