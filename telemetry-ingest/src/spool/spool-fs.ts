// The file system as the spool needs it: few operations, each of which a test can make fail.

import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';

export interface SpoolFile {
  /** Appends all of `bytes` at `offset`, or throws (part of it may then be in the file). */
  write(bytes: Uint8Array, offset: number): Promise<void>;
  /** Puts what was written on the disk. */
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface SpoolFs {
  makeDirectory(path: string): Promise<void>;
  /** Names of the files in a directory. */
  list(path: string): Promise<readonly string[]>;
  read(path: string): Promise<Buffer>;
  /** Creates a file that must not exist. */
  create(path: string): Promise<SpoolFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Puts the directory's entries on the disk: without it a new or renamed file may vanish with the power. */
  syncDirectory(path: string): Promise<void>;
}

/** Where the system knows it, a write is on the disk when it returns: one trip to the thread pool instead of two. */
const SYNC_ON_WRITE: number = constants.O_DSYNC ?? 0;
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | SYNC_ON_WRITE;

/** The real file system. */
export const nodeSpoolFs: SpoolFs = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true });
  },
  async list(path) {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  },
  read: (path) => readFile(path),
  async create(path) {
    const handle = await open(path, NEW_FILE);
    return {
      write: (bytes, offset) => writeAll(handle, bytes, offset),
      datasync: SYNC_ON_WRITE === 0 ? () => handle.datasync() : async () => {},
      truncate: (length) => handle.truncate(length),
      close: () => handle.close(),
    };
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncDirectory(path) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

async function writeAll(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}
