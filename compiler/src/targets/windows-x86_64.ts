// Windows 10 or newer on x86-64.

import { COFF_FLAGS, COFF_STUBS, linkCoff } from './coff.ts';
import { X86_64_ISA_FLAGS } from './isa-flags.ts';
import type { TargetToolchain } from './target-toolchain.ts';

export const windowsX86: TargetToolchain = {
  name: 'windows-x86_64',
  triple: 'x86_64-w64-windows-gnu',
  flags: COFF_FLAGS,
  isaFlags: X86_64_ISA_FLAGS,
  platform: ['windows.cpp', 'threads-windows.cpp', 'chkstk-x86_64.S'],
  stubs: COFF_STUBS,
  link: (inputs) => linkCoff(inputs, 'x64'),
};
