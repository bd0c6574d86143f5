// Linux on arm64, glibc 2.17 or newer; pages of any size up to 64 KiB.

import { ELF_FLAGS, elfStubs, linkElf } from './elf.ts';
import { ARM64_ISA_FLAGS } from './isa-flags.ts';
import type { TargetToolchain } from './target-toolchain.ts';

export const linuxArm64: TargetToolchain = {
  name: 'linux-arm64',
  triple: 'aarch64-unknown-linux-gnu',
  flags: [...ELF_FLAGS, '-mno-outline-atomics'],
  isaFlags: ARM64_ISA_FLAGS,
  platform: ['elf.cpp'],
  stubs: elfStubs('libc.so.6', 'libm.so.6', ['libm-gnu.txt']),
  link: (inputs) => linkElf(inputs, ['-zmax-page-size=65536']),
};
