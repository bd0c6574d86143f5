// Files for segments that are being written. The next one is made while the last one fills: a new file counts only once
// its directory is on the disk, which takes a busy disk tens of milliseconds, and no batch should wait for that.

import { join } from 'node:path';
import type { Random } from '../ports.ts';
import { segmentFile, segmentId } from './segment.ts';
import type { SpoolFile, SpoolFs } from './spool-fs.ts';

export interface OpenSegment {
  readonly id: string;
  readonly path: string;
  readonly file: SpoolFile;
  bytes: number;
  batches: number;
  samples: number;
}

export interface OpenSegmentsOptions {
  readonly directory: string;
  readonly fs: SpoolFs;
  readonly random: Random;
  readonly nextSequence: number;
}

export class OpenSegments {
  readonly #options: OpenSegmentsOptions;
  #nextSequence: number;
  #spare: Promise<OpenSegment | undefined> | undefined;

  constructor(options: OpenSegmentsOptions) {
    this.#options = options;
    this.#nextSequence = options.nextSequence;
  }

  /** An id that no other segment has. */
  newId(): string {
    return segmentId(this.#nextSequence++, this.#options.random.uuid());
  }

  /** An empty segment whose file is on the disk. */
  async take(): Promise<OpenSegment> {
    const taken = (await this.#spare) ?? (await this.#create());
    // A spare that could not be made is made when it is needed, and fails then if it must.
    this.#spare = this.#create().catch(() => undefined);
    return taken;
  }

  /** Removes the segment that was made and not taken. */
  async close(): Promise<void> {
    const spare = await this.#spare;
    this.#spare = undefined;
    if (spare) await this.drop(spare);
  }

  /** Removes an empty segment. */
  async drop({ file, path }: OpenSegment): Promise<void> {
    await file.close();
    await this.#options.fs.remove(path);
  }

  async #create(): Promise<OpenSegment> {
    const { directory, fs } = this.#options;
    const id = this.newId();
    const path = join(directory, segmentFile(id, 'open'));
    const segment = { id, path, file: await fs.create(path), bytes: 0, batches: 0, samples: 0 };
    try {
      await fs.syncDirectory(directory);
    } catch (error) {
      await this.drop(segment);
      throw error;
    }
    return segment;
  }
}
