// What the runner itself imports of each system, by library: all that its sources declare and no more.

const IMPORTS: Readonly<Record<string, string>> = {
  'libc.so.6':
    '__libc_start_main _exit read write open close lseek mmap munmap mprotect dlopen dlsym dlclose dlerror ' +
    'malloc realloc free memcpy memset memcmp strlen strcmp clock_gettime',
  'libm.so.6': 'exp10 exp10f sincos sincosf hypotf scalbn scalbnf',
  'kernel32.dll':
    'GetStdHandle ReadFile WriteFile ExitProcess VirtualAlloc VirtualFree MultiByteToWideChar LoadLibraryW ' +
    'FreeLibrary GetProcAddress',
  'ucrtbase.dll': 'malloc realloc free memcpy memset memcmp strlen strcmp',
};

/** Symbols that the runner imports from a library. */
export const importedSymbols = (library: string): readonly string[] => (IMPORTS[library] ?? '').split(' ');
