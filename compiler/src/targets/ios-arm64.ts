// iOS 14 or newer.

import { ARM64_ISA_FLAGS } from './isa-flags.ts';
import { accelerate, LIBSYSTEM, linkMacho, MACHO_FLAGS } from './macho.ts';
import type { TargetToolchain } from './target-toolchain.ts';

export const iosArm64: TargetToolchain = {
  name: 'ios-arm64',
  triple: 'arm64-apple-ios14.0',
  flags: MACHO_FLAGS,
  isaFlags: ARM64_ISA_FLAGS,
  platform: ['apple.cpp', 'threads-apple.cpp'],
  stubs: [LIBSYSTEM],
  libraries: { accelerate: accelerate('Accelerate') },
  link: (inputs) => linkMacho(inputs, 'arm64', 'ios', '14.0'),
};
