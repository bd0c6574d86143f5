// macOS 13 or newer on Apple silicon.

import { ARM64_ISA_FLAGS } from './isa-flags.ts';
import { accelerate, LIBSYSTEM, linkMacho, MACHO_FLAGS } from './macho.ts';
import type { TargetToolchain } from './target-toolchain.ts';

export const macosArm64: TargetToolchain = {
  name: 'macos-arm64',
  triple: 'arm64-apple-macosx13.0',
  flags: MACHO_FLAGS,
  isaFlags: ARM64_ISA_FLAGS,
  platform: ['apple.cpp', 'threads-apple.cpp'],
  stubs: [LIBSYSTEM],
  libraries: { accelerate: accelerate('Versions/A/Accelerate') },
  link: (inputs) => linkMacho(inputs, 'arm64', 'macos', '13.0'),
};
