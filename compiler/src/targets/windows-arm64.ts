// Windows 11 or newer on arm64.

import { COFF_FLAGS, COFF_STUBS, linkCoff } from './coff.ts';
import { ARM64_ISA_FLAGS } from './isa-flags.ts';
import type { TargetToolchain } from './target-toolchain.ts';

export const windowsArm64: TargetToolchain = {
  name: 'windows-arm64',
  triple: 'aarch64-w64-windows-gnu',
  flags: COFF_FLAGS,
  isaFlags: ARM64_ISA_FLAGS,
  platform: ['windows.cpp', 'threads-windows.cpp', 'chkstk-arm64.S'],
  stubs: COFF_STUBS,
  link: (inputs) => linkCoff(inputs, 'arm64'),
};
