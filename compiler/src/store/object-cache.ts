// A folder of build products by key: objects, linked programs, stub libraries. Content lies in `blobs/` under its own
// SHA-256 and is checked at every use; `keys/` says which content a key has. Writers rename into place, so that two
// builds may share the folder and a build that dies leaves nothing half-written. A store that several machines share may
// stand behind it: what is missing is looked for there, what is made goes there too.

import type * as nodeFs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BuildError, diskError } from '../toolchain/build-error.ts';
import { sha256 } from './fingerprint.ts';
import { readShared, readSharedContent, type SharedStore, writeShared } from './shared-store.ts';

export interface CacheDependencies {
  readonly fs: Pick<typeof nodeFs, 'mkdir' | 'readdir' | 'readFile' | 'rename' | 'rm' | 'stat' | 'writeFile'>;
  /** A name that no other writer has. */
  readonly uniqueName: () => string;
}

export interface CacheEntry {
  /** Absolute path of the content: read only. */
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Fills a fresh folder and says which file of it is the product. */
export type Produce = (folder: string) => Promise<string>;

export class ObjectCache {
  readonly root: string;
  readonly #deps: CacheDependencies;
  readonly #shared: SharedStore | undefined;
  /** Products being made or found now: asked for twice, made once. */
  readonly #pending = new Map<string, Promise<{ entry: CacheEntry; hit: boolean }>>();

  constructor(root: string, deps: CacheDependencies, shared?: SharedStore) {
    this.root = root;
    this.#deps = deps;
    this.#shared = shared;
  }

  /** The content of `key` as far as it is known, here or in the shared store. */
  async find(key: string, extension: string): Promise<CacheEntry | undefined> {
    return (await this.#lookUp(key, extension)) ?? (await this.#fetch(key, extension));
  }

  /** Content by its hash, here or in the shared store. */
  async content(digest: string, extension: string): Promise<CacheEntry | undefined> {
    const path = this.#blobPath(digest, extension);
    const here = await this.#deps.fs.readFile(path).catch(() => undefined);
    if (here && sha256(here) === digest) return { path, sha256: digest, sizeBytes: here.length };
    const bytes = this.#shared && (await readSharedContent(this.#shared, digest));
    if (!bytes) return undefined;
    return this.#inScratch((scratch) => this.#place(bytes, digest, extension, scratch));
  }

  /** The content of `key`, from the cache or from `produce`. `extension` is for the tools that read it. */
  obtain(key: string, extension: string, produce: Produce): Promise<{ entry: CacheEntry; hit: boolean }> {
    const pending = this.#pending.get(key);
    // Who comes second pays nothing: to them it is a hit.
    if (pending) return pending.then(({ entry }) => ({ entry, hit: true }));
    const first = this.#obtain(key, extension, produce);
    this.#pending.set(key, first);
    // What failed is tried again by the next who asks.
    first.catch(() => this.#pending.delete(key));
    return first;
  }

  async #obtain(
    key: string,
    extension: string,
    produce: Produce,
  ): Promise<{ entry: CacheEntry; hit: boolean }> {
    const known = await this.find(key, extension);
    if (known) return { entry: known, hit: true };
    const entry = await this.#inScratch(async (scratch) => {
      const product = await produce(scratch);
      const bytes = await this.#deps.fs.readFile(product);
      const digest = sha256(bytes);
      const path = this.#blobPath(digest, extension);
      await this.#deps.fs.mkdir(dirname(path), { recursive: true });
      await this.#deps.fs.rename(product, path);
      await this.#point(key, digest, bytes.length, scratch);
      if (this.#shared) await writeShared(this.#shared, key, { bytes, sha256: digest });
      return { path, sha256: digest, sizeBytes: bytes.length };
    });
    return { entry, hit: false };
  }

  /** Brings the content of `key` here from the shared store. */
  async #fetch(key: string, extension: string): Promise<CacheEntry | undefined> {
    const found = this.#shared && (await readShared(this.#shared, key));
    if (!found) return undefined;
    return this.#inScratch(async (scratch) => {
      const entry = await this.#place(found.bytes, found.sha256, extension, scratch);
      await this.#point(key, entry.sha256, entry.sizeBytes, scratch);
      return entry;
    });
  }

  async #place(bytes: Uint8Array, digest: string, extension: string, scratch: string): Promise<CacheEntry> {
    const draft = join(scratch, 'content');
    const path = this.#blobPath(digest, extension);
    await this.#deps.fs.writeFile(draft, bytes);
    await this.#deps.fs.mkdir(dirname(path), { recursive: true });
    await this.#deps.fs.rename(draft, path);
    return { path, sha256: digest, sizeBytes: bytes.length };
  }

  /** Runs `work` with a fresh folder that is gone afterwards. */
  async #inScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
    const scratch = join(this.root, 'scratch', this.#deps.uniqueName());
    try {
      await this.#deps.fs.mkdir(scratch, { recursive: true });
      return await work(scratch);
    } catch (error) {
      throw error instanceof BuildError ? error : diskError(error, `writing to the cache in ${this.root}`);
    } finally {
      await this.#deps.fs.rm(scratch, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async #point(key: string, digest: string, sizeBytes: number, scratch: string): Promise<void> {
    const path = this.#keyPath(key);
    const fresh = join(scratch, 'key');
    await this.#deps.fs.writeFile(fresh, `${digest} ${sizeBytes}\n`);
    await this.#deps.fs.mkdir(dirname(path), { recursive: true });
    await this.#deps.fs.rename(fresh, path);
  }

  /** undefined when the key is not known, or its content is missing, cut or altered. */
  async #lookUp(key: string, extension: string): Promise<CacheEntry | undefined> {
    try {
      const line = await this.#deps.fs.readFile(this.#keyPath(key), 'utf8');
      const [digest = '', size] = line.trim().split(' ');
      if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
      const path = this.#blobPath(digest, extension);
      const bytes = await this.#deps.fs.readFile(path);
      if (bytes.length !== Number(size) || sha256(bytes) !== digest) return undefined;
      return { path, sha256: digest, sizeBytes: bytes.length };
    } catch {
      return undefined;
    }
  }

  #keyPath = (key: string): string => join(this.root, 'keys', key.slice(0, 2), key.slice(2));

  #blobPath = (digest: string, extension: string): string =>
    join(this.root, 'blobs', digest.slice(0, 2), `${digest.slice(2)}${extension}`);
}
