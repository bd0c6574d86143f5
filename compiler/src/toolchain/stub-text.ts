// The text that a stub library is made from: an IFS description, a module definition, or a TBD, of a list of symbols.

import type { Architecture } from '@everypath/schema';
import { TARGETS } from '@everypath/schema';
import type { StubLibrary, TargetToolchain } from '../targets/target-toolchain.ts';

/** Symbols of a list file: words, `#` comments left out. */
export const parseSymbols = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => line.split(/\s+/))
    .filter((word) => word !== '');

const IFS_ARCHITECTURE: Readonly<Record<Architecture, string>> = {
  x86_64: 'x86_64',
  arm64: 'AArch64',
  wasm32: '',
};

/** Input of `llvm-ifs`. */
function ifsText(library: string, architecture: Architecture, symbols: readonly string[]): string {
  const rows = symbols.map((name) => `  - { Name: ${name}, Type: Func }`);
  return `--- !ifs-v1
IfsVersion: 3.0
SoName: ${library}
Target: { ObjectFormat: ELF, Arch: ${IFS_ARCHITECTURE[architecture]}, Endianness: little, BitWidth: 64 }
Symbols:
${rows.join('\n')}
...
`;
}

const definitionText = (library: string, symbols: readonly string[]): string =>
  `LIBRARY ${library}\nEXPORTS\n${symbols.map((name) => `  ${name}\n`).join('')}`;

/** Read by ld64.lld as it is. */
function tbdText(library: string, tbdTarget: string, symbols: readonly string[]): string {
  return `--- !tapi-tbd
tbd-version: 4
targets: [ ${tbdTarget} ]
install-name: '${library}'
exports:
  - targets: [ ${tbdTarget} ]
    symbols: [ ${symbols.map((name) => `${name === 'dyld_stub_binder' ? '' : '_'}${name}`).join(', ')} ]
...
`;
}

/** The text for one library of one target. */
export function stubText(target: TargetToolchain, stub: StubLibrary, symbols: readonly string[]): string {
  const { architecture, os } = TARGETS[target.name];
  const sorted = [...new Set(symbols)].sort();
  switch (stub.format) {
    case 'ifs':
      return ifsText(stub.library, architecture, sorted);
    case 'import-library':
      return definitionText(stub.library, sorted);
    case 'tbd':
      return tbdText(stub.library, `${architecture}-${os}`, sorted);
  }
}
