// A disk in memory that forgets at a crash whatever was not synced, files' contents and directory entries apart,
// and fails when told to.

import { basename, dirname } from 'node:path';
import type { SpoolFile, SpoolFs } from '../src/index.ts';

interface Inode {
  content: Buffer;
  synced: Buffer;
}

export class MemoryDisk implements SpoolFs {
  datasyncs = 0;
  #entries = new Map<string, Inode>();
  #syncedEntries = new Map<string, Inode>();
  #failures = new Map<string, string>();

  /** The next call of this operation throws; a failing write leaves half of its bytes behind. */
  failNext(operation: string, code: string): void {
    this.#failures.set(operation, code);
  }

  /** Power off and on: only what was synced is left, and no failure waits. */
  crash(): void {
    this.#failures.clear();
    this.#entries = new Map(this.#syncedEntries);
    for (const inode of this.#entries.values()) inode.content = inode.synced;
  }

  /** Adds bytes to the one open segment, as a write that the power cut short. */
  appendTorn(directory: string, bytes: Buffer): void {
    const path = [...this.#entries.keys()].find(
      (name) => name.startsWith(directory) && name.endsWith('.open'),
    );
    const inode = path === undefined ? undefined : this.#entries.get(path);
    if (!inode) throw new Error('no open segment');
    inode.content = Buffer.concat([inode.content, bytes]);
  }

  async makeDirectory(): Promise<void> {}

  async list(path: string): Promise<readonly string[]> {
    return [...this.#entries.keys()].filter((name) => dirname(name) === path).map((name) => basename(name));
  }

  async read(path: string): Promise<Buffer> {
    return this.#inode(path).content;
  }

  async create(path: string): Promise<SpoolFile> {
    this.#failMaybe('create');
    if (this.#entries.has(path)) throw withCode('EEXIST');
    const inode: Inode = { content: Buffer.alloc(0), synced: Buffer.alloc(0) };
    this.#entries.set(path, inode);
    return {
      write: async (bytes, offset) => {
        const fails = this.#failures.has('write');
        const written = fails ? bytes.subarray(0, bytes.length >> 1) : bytes;
        inode.content = Buffer.concat([inode.content.subarray(0, offset), written]);
        this.#failMaybe('write');
      },
      datasync: async () => {
        this.#failMaybe('datasync');
        this.datasyncs++;
        inode.synced = inode.content;
      },
      truncate: async (length) => {
        this.#failMaybe('truncate');
        inode.content = inode.content.subarray(0, length);
      },
      close: async () => {},
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.#failMaybe('rename');
    const inode = this.#inode(from);
    this.#entries.delete(from);
    this.#entries.set(to, inode);
  }

  async remove(path: string): Promise<void> {
    this.#failMaybe('remove');
    this.#entries.delete(path);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#failMaybe('syncDirectory');
    for (const name of this.#syncedEntries.keys()) {
      if (dirname(name) === path && !this.#entries.has(name)) this.#syncedEntries.delete(name);
    }
    for (const [name, inode] of this.#entries)
      if (dirname(name) === path) this.#syncedEntries.set(name, inode);
  }

  #inode(path: string): Inode {
    const inode = this.#entries.get(path);
    if (!inode) throw withCode('ENOENT');
    return inode;
  }

  #failMaybe(operation: string): void {
    const code = this.#failures.get(operation);
    if (code === undefined) return;
    this.#failures.delete(operation);
    throw withCode(code);
  }
}

const withCode = (code: string): Error => Object.assign(new Error(code), { code });
