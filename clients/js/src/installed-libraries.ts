// Which libraries that programs may call are installed. Only the system's loader knows where it looks, so it is asked:
// once a process, 20 ms the first time a system does it and 3 ms after; what it opened is closed again.

import { koffiOf } from './koffi.ts';

/** By the names of `LIBRARIES`: what the loader finds them by, on Linux alone. */
const FILES: Readonly<Record<string, string>> = { openblas: 'libopenblas.so.0' };

let found: Promise<string[]> | undefined;

/** Names of those that can be opened here. */
export function findLibraries(): Promise<string[]> {
  found ??= process.platform === 'linux' ? openEach() : Promise.resolve([]);
  return found;
}

async function openEach(): Promise<string[]> {
  const koffi = await koffiOf().catch(() => null);
  if (!koffi) return [];
  return Object.keys(FILES).filter((name) => {
    try {
      koffi.load(FILES[name]!).unload();
      return true;
    } catch {
      return false;
    }
  });
}
