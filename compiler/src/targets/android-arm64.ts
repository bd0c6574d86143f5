// Android on arm64, API 24 or newer; 16 KiB pages, as Google Play asks for since Android 15.

import { ELF_FLAGS, elfStubs, linkElf } from './elf.ts';
import { ARM64_ISA_FLAGS } from './isa-flags.ts';
import type { TargetToolchain } from './target-toolchain.ts';

export const androidArm64: TargetToolchain = {
  name: 'android-arm64',
  triple: 'aarch64-unknown-linux-android24',
  flags: [...ELF_FLAGS, '-mno-outline-atomics'],
  isaFlags: ARM64_ISA_FLAGS,
  platform: ['elf.cpp', 'threads-elf.cpp'],
  stubs: elfStubs('libc.so', 'libm.so', 'libc.so', []),
  link: (inputs) => linkElf(inputs, ['-zmax-page-size=16384']),
};
