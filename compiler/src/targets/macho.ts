// Linking of Mach-O dynamic libraries: dead code stripped, signed ad hoc, named by a fixed install name.

import type { LinkCommand, LinkInputs, StubLibrary } from './target-toolchain.ts';
import { EXPORTS } from './target-toolchain.ts';

export const MACHO_FLAGS = ['-fPIC', '-fno-asynchronous-unwind-tables'] as const;

export const LIBSYSTEM: StubLibrary = {
  library: '/usr/lib/libSystem.B.dylib',
  symbols: ['libc.txt', 'libm.txt', 'libsystem.txt'],
  format: 'tbd',
};

/**
 * The BLAS of Accelerate, which hands it on from vecLib, in the form that macOS 13.0 and iOS 14 have. `location` is where
 * the framework's library lies in its folder.
 */
export const accelerate = (location: string): StubLibrary => ({
  library: `/System/Library/Frameworks/Accelerate.framework/${location}`,
  symbols: ['cblas.txt'],
  format: 'tbd',
});

export function linkMacho(
  inputs: LinkInputs,
  arch: string,
  platform: 'macos' | 'ios',
  minimum: string,
): LinkCommand {
  return {
    tool: 'ld64.lld',
    args: [
      '-dylib',
      '-arch',
      arch,
      '-platform_version',
      platform,
      minimum,
      minimum,
      '-dead_strip',
      '-adhoc_codesign',
      '--icf=all',
      '--threads=1',
      '-S',
      '-x',
      '-install_name',
      '@rpath/everypath-program.dylib',
      ...EXPORTS.flatMap((name) => ['-exported_symbol', `_${name}`]),
      ...inputs.objects,
      inputs.builtins,
      ...inputs.stubs,
      '-o',
      inputs.output,
    ],
  };
}
