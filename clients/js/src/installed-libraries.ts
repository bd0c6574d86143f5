// Which libraries that programs may call are installed. Only the system's loader knows where it looks, so it is asked:
// once a process, 20 ms the first time a system does it and 3 ms after; what it opened is closed again.

import { koffiOf } from './koffi.ts';

/** By the names of `LIBRARIES`: what the loader finds them by, on Linux alone, and a function that some builds leave out. */
const FILES: Readonly<Record<string, { readonly file: string; readonly needs: string }>> = {
  openblas: { file: 'libopenblas.so.0', needs: 'cblas_sgemm' },
};

let found: Promise<string[]> | undefined;

/** Names of those that can be opened here. */
export function findLibraries(): Promise<string[]> {
  found ??= process.platform === 'linux' ? openEach() : Promise.resolve([]);
  return found;
}

async function openEach(): Promise<string[]> {
  const koffi = await koffiOf().catch(() => null);
  if (!koffi) return [];
  const opens = (file: string, needs: string): boolean => {
    try {
      const library = koffi.load(file);
      try {
        library.func(needs, 'void', []);
        return true;
      } finally {
        library.unload();
      }
    } catch {
      return false;
    }
  };
  return Object.entries(FILES).flatMap(([name, { file, needs }]) => (opens(file, needs) ? [name] : []));
}
