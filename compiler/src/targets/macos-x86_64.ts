// macOS 13 or newer on Intel.

import { X86_64_ISA_FLAGS } from './isa-flags.ts';
import { accelerate, LIBSYSTEM, linkMacho, MACHO_FLAGS } from './macho.ts';
import type { TargetToolchain } from './target-toolchain.ts';

export const macosX86: TargetToolchain = {
  name: 'macos-x86_64',
  triple: 'x86_64-apple-macosx13.0',
  flags: MACHO_FLAGS,
  isaFlags: X86_64_ISA_FLAGS,
  platform: ['apple.cpp', 'threads-apple.cpp'],
  stubs: [LIBSYSTEM],
  libraries: { accelerate: accelerate('Versions/A/Accelerate') },
  link: (inputs) => linkMacho(inputs, 'x86_64', 'macos', '13.0'),
};
