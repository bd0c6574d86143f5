// Facts of a WebAssembly module, from its import and export sections.

import type { ImportedSymbol, ProgramFacts } from './program-facts.ts';

const SECTION = { import: 2, export: 7, start: 8 } as const;

export function readWasm(bytes: Uint8Array): ProgramFacts {
  let at = 8;
  const byte = () => {
    const value = bytes[at++];
    if (value === undefined) throw new RangeError('the module is cut short');
    return value;
  };
  const leb = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value += (next & 127) * 2 ** shift;
      if (next < 128) return value;
    }
  };
  const text = () => {
    const size = leb();
    at += size;
    return Buffer.from(bytes.subarray(at - size, at)).toString('utf8');
  };
  const limits = () => {
    if (byte() & 1) leb();
    leb();
  };
  if (Buffer.from(bytes.subarray(0, 8)).toString('hex') !== '0061736d01000000')
    throw new RangeError('not a WebAssembly module');
  const exports: string[] = [];
  const imports: ImportedSymbol[] = [];
  const faults: string[] = [];
  while (at < bytes.length) {
    const section = byte();
    const size = leb();
    const end = at + size;
    if (end > bytes.length) throw new RangeError('the module is cut short');
    if (section === SECTION.start) faults.push('it runs code when it is instantiated');
    if (section === SECTION.import) {
      for (let count = leb(); count > 0; count--) {
        const library = text();
        imports.push({ library, name: text() });
        const kind = byte();
        // A function's type; a table's type and limits; a memory's limits; a global's type and mutability.
        if (kind === 0) leb();
        if (kind === 1 || kind === 3) byte();
        if (kind === 1 || kind === 2) limits();
        if (kind === 3) byte();
      }
    }
    if (section === SECTION.export) {
      for (let count = leb(); count > 0; count--) {
        exports.push(text());
        byte();
        leb();
      }
    }
    at = end;
  }
  return {
    exports: exports.sort(),
    imports,
    libraries: [...new Set(imports.map((each) => each.library!))],
    faults,
    architecture: 'wasm32',
  };
}
