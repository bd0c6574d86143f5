// Linking of Windows DLLs without a DllMain and without any Windows SDK. `/brepro` takes the clock out of the file.

import type { LinkCommand, LinkInputs, StubLibrary } from './target-toolchain.ts';
import { EXPORTS } from './target-toolchain.ts';

/** The mingw dialect: Itanium C++ ABI, so that one source and one libc++ serve all targets. */
export const COFF_FLAGS = ['-fno-asynchronous-unwind-tables'] as const;

export const COFF_STUBS: readonly StubLibrary[] = [
  { library: 'ucrtbase.dll', symbols: ['ucrtbase.txt'], format: 'import-library' },
  { library: 'kernel32.dll', symbols: ['kernel32.txt'], format: 'import-library' },
];

export function linkCoff(inputs: LinkInputs, machine: 'x64' | 'arm64'): LinkCommand {
  return {
    tool: 'lld-link',
    args: [
      '/dll',
      '/noentry',
      '/lldmingw',
      `/machine:${machine}`,
      '/nodefaultlib',
      '/brepro',
      '/threads:1',
      '/opt:ref,icf',
      '/nxcompat',
      '/dynamicbase',
      '/highentropyva',
      ...EXPORTS.map((name) => `/export:${name}`),
      ...inputs.objects,
      inputs.builtins,
      ...inputs.stubs,
      `/out:${inputs.output}`,
    ],
  };
}
