// Linux on arm64, glibc 2.17 or newer; pages of any size up to 64 KiB. Compiled as for Android: the code is the same
// but for a register that Android keeps free and the joining of sin and cos, and the two targets share their objects.

import { ELF_FLAGS, elfStubs, linkElf, OPENBLAS } from './elf.ts';
import { ARM64_ISA_FLAGS } from './isa-flags.ts';
import type { TargetToolchain } from './target-toolchain.ts';

export const linuxArm64: TargetToolchain = {
  name: 'linux-arm64',
  triple: 'aarch64-unknown-linux-android24',
  flags: [...ELF_FLAGS, '-mno-outline-atomics'],
  isaFlags: ARM64_ISA_FLAGS,
  platform: ['elf.cpp', 'threads-elf.cpp'],
  stubs: elfStubs('libc.so.6', 'libm.so.6', 'libpthread.so.0', []),
  libraries: { openblas: OPENBLAS },
  link: (inputs) => linkElf(inputs, ['-zmax-page-size=65536']),
};
