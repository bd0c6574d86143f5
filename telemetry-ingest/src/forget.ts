// Forgetting a device: its samples in ClickHouse, and those that wait in the spool. A request is on disk before it is
// answered, and is done once everything that the spool held by then is loaded: then one deletion reaches all of it.

import { join } from 'node:path';
import type { ClickHouseStore } from './clickhouse/store.ts';
import type { Log } from './ports.ts';
import { scanFrames } from './spool/frame.ts';
import { ASIDE } from './spool/sealed-files.ts';
import type { Spool } from './spool/spool.ts';
import type { SpoolFs } from './spool/spool-fs.ts';

const FOLDER = 'forget';
const NAME = /^\d{1,20}$/;

interface Request {
  readonly device: bigint;
  /** Segments that may still hold samples of the device. */
  readonly segments: ReadonlySet<string>;
}

export interface ForgetterOptions {
  readonly directory: string;
  readonly fs: SpoolFs;
  readonly spool: Spool;
  readonly store: ClickHouseStore;
  readonly log: Log;
}

export class Forgetter {
  readonly #options: ForgetterOptions;
  #requests: Request[] = [];

  private constructor(options: ForgetterOptions) {
    this.#options = options;
  }

  /** Takes up the requests that a stopped process left. */
  static async open(options: ForgetterOptions): Promise<Forgetter> {
    const forgetter = new Forgetter(options);
    const { fs, directory, spool } = options;
    await fs.makeDirectory(join(directory, FOLDER));
    const segments = new Set(spool.sealed.map(({ id }) => id));
    for (const name of await fs.list(join(directory, FOLDER)))
      if (NAME.test(name)) forgetter.#requests.push({ device: BigInt(name), segments });
    return forgetter;
  }

  /** Requests that are not done. */
  get pending(): number {
    return this.#requests.length;
  }

  /** Resolves when the request is on disk: it will be done, whatever happens. */
  async request(device: bigint): Promise<void> {
    const { fs, directory, spool } = this.#options;
    const folder = join(directory, FOLDER);
    if (!(await fs.list(folder)).includes(String(device))) {
      await (await fs.create(join(folder, String(device)))).close();
      await fs.syncDirectory(folder);
    }
    await spool.seal();
    this.#requests.push({ device, segments: new Set(spool.sealed.map(({ id }) => id)) });
  }

  /** Does the requests whose segments are loaded, in one deletion. */
  async run(): Promise<void> {
    const { fs, directory, spool, store, log } = this.#options;
    const waiting = new Set(spool.sealed.map(({ id }) => id));
    const ready = this.#requests.filter(({ segments }) => segments.isDisjointFrom(waiting));
    if (ready.length === 0) return;
    const devices = new Set(ready.map(({ device }) => device));
    await store.forget([...devices]);
    await this.#forgetAside(devices);
    this.#requests = this.#requests.filter((request) => !ready.includes(request));
    const still = new Set(this.#requests.map(({ device }) => device));
    for (const device of devices.difference(still)) await fs.remove(join(directory, FOLDER, String(device)));
    log.info({ devices: devices.size, pending: this.#requests.length }, 'forgot devices');
  }

  /** Takes the devices' batches out of the segments that were set aside. */
  async #forgetAside(devices: ReadonlySet<bigint>): Promise<void> {
    const { fs, directory } = this.#options;
    const folder = join(directory, ASIDE);
    await fs.makeDirectory(folder);
    for (const name of await fs.list(folder)) {
      const path = join(folder, name);
      const content = await fs.read(path);
      const { frames } = scanFrames(content);
      const kept = frames.filter(({ head }) => !head || !devices.has(head.device));
      if (kept.length === frames.length) continue;
      const bytes = Buffer.concat(kept.map(({ start, end }) => content.subarray(start, end)));
      const next = `${path}.next`;
      await fs.remove(next);
      if (bytes.length > 0) {
        const file = await fs.create(next);
        await file.write(bytes, 0);
        await file.datasync();
        await file.close();
        await fs.rename(next, path);
      } else await fs.remove(path);
      await fs.syncDirectory(folder);
    }
  }
}
