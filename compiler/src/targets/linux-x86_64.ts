// Linux on x86-64, glibc 2.17 or newer.

import { ELF_FLAGS, elfStubs, linkElf, OPENBLAS } from './elf.ts';
import { X86_64_ISA_FLAGS } from './isa-flags.ts';
import type { TargetToolchain } from './target-toolchain.ts';

export const linuxX86: TargetToolchain = {
  name: 'linux-x86_64',
  triple: 'x86_64-unknown-linux-gnu',
  flags: ELF_FLAGS,
  isaFlags: X86_64_ISA_FLAGS,
  platform: ['elf.cpp', 'threads-elf.cpp'],
  stubs: elfStubs('libc.so.6', 'libm.so.6', 'libpthread.so.0', ['libm-gnu.txt']),
  libraries: { openblas: OPENBLAS },
  link: (inputs) => linkElf(inputs, []),
};
