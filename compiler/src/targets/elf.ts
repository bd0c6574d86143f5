// Linking of ELF shared libraries: small, fully bound at load, nothing writable and executable at once.

import type { LinkCommand, LinkInputs, StubLibrary } from './target-toolchain.ts';

export const ELF_FLAGS = ['-fPIC', '-fno-plt', '-fno-asynchronous-unwind-tables'] as const;

export function elfStubs(
  libc: string,
  libm: string,
  libpthread: string,
  extraMath: readonly string[],
): readonly StubLibrary[] {
  const own = libpthread !== libc;
  return [
    {
      library: libc,
      symbols: ['libc.txt', 'libc-elf.txt', ...(own ? [] : ['libpthread.txt'])],
      format: 'ifs',
    },
    { library: libm, symbols: ['libm.txt', ...extraMath], format: 'ifs' },
    // Needed only by programs with threads: the others name it nowhere (--as-needed).
    ...(own ? [{ library: libpthread, symbols: ['libpthread.txt'], format: 'ifs' } as const] : []),
  ];
}

export const OPENBLAS: StubLibrary = {
  library: 'libopenblas.so.0',
  symbols: ['cblas.txt'],
  format: 'ifs',
};

export function linkElf(inputs: LinkInputs, extra: readonly string[]): LinkCommand {
  return {
    tool: 'ld.lld',
    args: [
      '-shared',
      '--hash-style=gnu',
      '--build-id=none',
      '--gc-sections',
      '--icf=all',
      '-O2',
      // Many links run at once: threads of their own only cost time.
      '--threads=1',
      '--strip-all',
      '--as-needed',
      '--no-undefined',
      '--exclude-libs=ALL',
      '-zrelro',
      '-znow',
      '-znoexecstack',
      ...extra,
      ...inputs.objects,
      inputs.builtins,
      ...inputs.stubs,
      '-o',
      inputs.output,
    ],
  };
}
