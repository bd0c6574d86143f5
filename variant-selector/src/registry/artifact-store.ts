// Binaries in a folder, named by their SHA-256. A file appears whole or not at all, and is checked on every read.

import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SelectorError } from '../errors.ts';
import { uniqueSuffix } from '../random.ts';

export interface ArtifactStore {
  /** Stores the bytes under the hash they must have; storing again is free. */
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  /** The bytes, or null when there are none. Throws when the file is not what its name says. */
  get(sha256: string): Promise<Uint8Array<ArrayBuffer> | null>;
  has(sha256: string): Promise<boolean>;
}

/** Opens the store, creating the folder. */
export async function openArtifactStore(folder: string): Promise<ArtifactStore> {
  await mkdir(folder, { recursive: true });
  const pathOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256);

  const has = async (sha256: string): Promise<boolean> => {
    try {
      return (await stat(pathOf(sha256))).isFile();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  };

  return {
    has,

    async put(sha256, bytes) {
      const actual = hash(bytes);
      if (actual !== sha256)
        throw new SelectorError('EP_ARTIFACT_HASH', `the bytes hash to ${actual}, not ${sha256}`);
      // A damaged file is replaced, so that publishing again repairs it.
      if ((await has(sha256)) && hash(await readFile(pathOf(sha256))) === sha256) return;
      await mkdir(join(folder, sha256.slice(0, 2)), { recursive: true });
      const temporary = `${pathOf(sha256)}.${uniqueSuffix()}.part`;
      try {
        const file = await open(temporary, 'wx');
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, pathOf(sha256));
      } catch (error) {
        await rm(temporary, { force: true });
        const code = codeOf(error);
        if (code === 'ENOSPC' || code === 'EDQUOT') {
          throw new SelectorError('EP_STORAGE_FULL', `no space left to store ${sha256}`);
        }
        throw error;
      }
    },

    async get(sha256) {
      let bytes: Uint8Array<ArrayBuffer>;
      try {
        bytes = await readFile(pathOf(sha256));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      }
      if (hash(bytes) !== sha256) {
        throw new SelectorError(
          'EP_ARTIFACT_CORRUPT',
          `the stored artifact ${sha256} does not have its hash`,
        );
      }
      return bytes;
    },
  };
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
