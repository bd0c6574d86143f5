// All nine targets by name.

import type { TargetName } from '@everypath/schema';
import { androidArm64 } from './android-arm64.ts';
import { iosArm64 } from './ios-arm64.ts';
import { linuxArm64 } from './linux-arm64.ts';
import { linuxX86 } from './linux-x86_64.ts';
import { macosArm64 } from './macos-arm64.ts';
import { macosX86 } from './macos-x86_64.ts';
import type { TargetToolchain } from './target-toolchain.ts';
import { wasm32 } from './wasm32.ts';
import { windowsArm64 } from './windows-arm64.ts';
import { windowsX86 } from './windows-x86_64.ts';

export const TARGET_TOOLCHAINS: Readonly<Record<TargetName, TargetToolchain>> = {
  'linux-x86_64': linuxX86,
  'linux-arm64': linuxArm64,
  'macos-arm64': macosArm64,
  'macos-x86_64': macosX86,
  'windows-x86_64': windowsX86,
  'windows-arm64': windowsArm64,
  'android-arm64': androidArm64,
  'ios-arm64': iosArm64,
  wasm32,
};
