// Which of the nine targets this process can run natively.

import type { TargetName } from '@everypath/schema';

const HOSTS: Readonly<Record<string, TargetName>> = {
  'linux-x64': 'linux-x86_64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'macos-arm64',
  'darwin-x64': 'macos-x86_64',
  'win32-x64': 'windows-x86_64',
  'win32-arm64': 'windows-arm64',
  'android-arm64': 'android-arm64',
};

/** The native target of a platform and architecture as Node names them; undefined when there is none. */
export function hostTarget(
  platform: string = process.platform,
  arch: string = process.arch,
): TargetName | undefined {
  return HOSTS[`${platform}-${arch}`];
}
