// The cache on disk: one folder, every file written beside its place and renamed into it.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ClientStore } from './platform.ts';
import { uniqueName } from './system.ts';

/** The system's place for caches: `$XDG_CACHE_HOME`, `~/Library/Caches`, `%LOCALAPPDATA%`, else `~/.cache`. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv, platform: string): string {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'everypath');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'everypath');
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'everypath');
  return join(homedir(), '.cache', 'everypath');
}

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

export function createFileStore(folder: string): ClientStore {
  const pathOf = (name: string): string => join(folder, ...name.split('/'));
  return {
    async read(name) {
      try {
        return new Uint8Array(await readFile(pathOf(name)));
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async write(name, bytes) {
      const path = pathOf(name);
      const draft = `${path}.${uniqueName()}.draft`;
      await mkdir(dirname(path), { recursive: true });
      try {
        await writeFile(draft, bytes);
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    async list(name) {
      try {
        const names = await readdir(pathOf(name));
        return names.filter((entry) => !entry.endsWith('.draft')).sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    where: pathOf,
  };
}
