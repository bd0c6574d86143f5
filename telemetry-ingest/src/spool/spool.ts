// The write-ahead spool: a batch is acknowledged only once it is on this disk. One writer works through one queue,
// sealing included, and syncs once for all batches that wait (group commit). It knows frames, not telemetry.

import { join } from 'node:path';
import type { Log, Random } from '../ports.ts';
import { scanFrames } from './frame.ts';
import { type OpenSegment, OpenSegments } from './open-segments.ts';
import { recoverSegments } from './recover.ts';
import { moveAside, writeSealed } from './sealed-files.ts';
import { type AsideReason, type Segment, segmentFile } from './segment.ts';
import { asSpoolError, SpoolError } from './spool-error.ts';
import type { SpoolFs } from './spool-fs.ts';

export interface SpoolOptions {
  readonly directory: string;
  readonly fs: SpoolFs;
  readonly random: Random;
  readonly log: Log;
  readonly limits: {
    readonly spoolBytes: number;
    readonly segmentBytes: number;
    readonly segmentSamples: number;
  };
  /** Told when a segment becomes ready to be loaded because it is full. */
  readonly onSealed?: () => void;
  /** Told each batch that was found on disk at the start. */
  readonly onRecovered?: (batchId: string) => void;
}

interface Append {
  readonly kind: 'append';
  readonly frame: Buffer;
  readonly samples: number;
  /** Called in the same turn in which the spool's own counts change. */
  readonly onCommitted: (() => void) | undefined;
  readonly done: (error?: unknown) => void;
}
interface Seal {
  readonly kind: 'seal';
  readonly done: (error?: unknown) => void;
}

/** Batches written with one sync, at most. */
const GROUP_BYTES = 4 << 20;

export class Spool {
  readonly #options: SpoolOptions;
  #sealed: Segment[];
  readonly #open: OpenSegments;
  #active: OpenSegment | undefined;
  #queue: (Append | Seal)[] = [];
  #queuedBytes = 0;
  #running = false;
  #closed = false;

  private constructor(options: SpoolOptions, recovered: readonly Segment[], nextSequence: number) {
    this.#options = options;
    this.#sealed = [...recovered];
    this.#open = new OpenSegments({ ...options, nextSequence });
  }

  /** Opens a spool directory; what a crash left behind becomes sealed segments. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const { segments, nextSequence } = await recoverSegments(options);
    return new Spool(options, segments, nextSequence);
  }

  /** Resolves when the frame is on disk. Rejects with a `SpoolError`, and then the frame counts as never written. */
  append(frame: Buffer, samples: number, onCommitted?: () => void): Promise<void> {
    if (this.#closed) return Promise.reject(new SpoolError('closed', 'the spool is closed'));
    if (this.bytes + this.#queuedBytes + frame.length > this.#options.limits.spoolBytes) {
      return Promise.reject(new SpoolError('full', 'the spool has reached its limit'));
    }
    this.#queuedBytes += frame.length;
    return new Promise((resolve, reject) => {
      const done = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      this.#enqueue({ kind: 'append', frame, samples, onCommitted, done });
    });
  }

  /** Seals what has been appended so far, for loading. */
  seal(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ kind: 'seal', done: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  }

  /** Sealed segments, oldest first. */
  get sealed(): readonly Segment[] {
    return this.#sealed;
  }

  /** Bytes on disk that wait for ClickHouse. */
  get bytes(): number {
    return this.#sealed.reduce((sum, segment) => sum + segment.bytes, this.#active?.bytes ?? 0);
  }

  /** Samples on disk that wait for ClickHouse. */
  get samples(): number {
    return this.#sealed.reduce((sum, segment) => sum + segment.samples, this.#active?.samples ?? 0);
  }

  /** Whether the next batch would find room. */
  get hasRoom(): boolean {
    return !this.#closed && this.bytes + this.#queuedBytes < this.#options.limits.spoolBytes;
  }

  /** Content of a segment, up to what was acknowledged, and the file when it holds just that. */
  async read(segment: Segment): Promise<{ readonly content: Buffer; readonly path: string | undefined }> {
    const bytes = await this.#options.fs.read(segment.path);
    const whole = bytes.length === segment.bytes;
    return { content: bytes.subarray(0, segment.bytes), path: whole ? segment.path : undefined };
  }

  /** Forgets a segment whose batches are all accounted for. */
  async remove(segment: Segment): Promise<void> {
    this.#sealed = this.#sealed.filter((other) => other.id !== segment.id);
    try {
      await this.#options.fs.remove(segment.path);
    } catch (error) {
      // The next start finds it again, and its receipts then say that it is counted.
      this.#options.log.warn({ error: String(error), path: segment.path }, 'cannot remove a loaded segment');
    }
  }

  /** Moves a segment that is not to be loaded out of the way, into `aside/`, and returns its new path. */
  async setAside(segment: Segment, reason: AsideReason): Promise<string> {
    const { fs, directory } = this.#options;
    const path = await moveAside(fs, directory, segment, reason);
    this.#sealed = this.#sealed.filter((other) => other.id !== segment.id);
    return path;
  }

  /**
   * Cuts a sealed segment in two, each half of its frames, and returns the halves. A crash in between leaves both the
   * whole and its halves: whichever is loaded first counts, the rest are duplicates.
   */
  async split(segment: Segment): Promise<readonly Segment[]> {
    const { content } = await this.read(segment);
    const { frames } = scanFrames(content);
    const middle = frames[frames.length >> 1];
    if (frames.length < 2 || !middle) return [segment];
    const { fs, directory } = this.#options;
    const write = (part: Buffer): Promise<Segment> => writeSealed(fs, directory, this.#open.newId(), part);
    const halves = [
      await write(content.subarray(0, middle.start)),
      await write(content.subarray(middle.start)),
    ];
    const at = this.#sealed.findIndex(({ id }) => id === segment.id);
    await fs.syncDirectory(directory);
    this.#sealed = [...this.#sealed.slice(0, at), ...halves, ...this.#sealed.slice(at + 1)];
    await this.remove(segment);
    return halves;
  }

  /** Takes nothing more, and seals what is there. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.seal();
    await this.#open.close();
  }

  #enqueue(operation: Append | Seal): void {
    this.#queue.push(operation);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Lets what arrives in the same turn join the first group.
    await Promise.resolve();
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      if (next.kind === 'append') {
        await this.#commit(this.#takeGroup());
      } else {
        this.#queue.shift();
        await this.#sealNow(next);
      }
    }
    // In the same turn as the last look at the queue: what is added from now on starts a new run.
    this.#running = false;
  }

  #takeGroup(): Append[] {
    const group: Append[] = [];
    let bytes = 0;
    let samples = this.#active?.samples ?? 0;
    const { segmentSamples } = this.#options.limits;
    for (let next = this.#queue[0]; next?.kind === 'append'; next = this.#queue[0]) {
      this.#queue.shift();
      group.push(next);
      bytes += next.frame.length;
      samples += next.samples;
      if (bytes >= GROUP_BYTES || samples >= segmentSamples) break;
    }
    return group;
  }

  async #commit(group: readonly Append[]): Promise<void> {
    const bytes = Buffer.concat(group.map((append) => append.frame));
    try {
      this.#active ??= await this.#open.take();
      const active = this.#active;
      await active.file.write(bytes, active.bytes);
      await active.file.datasync();
      active.bytes += bytes.length;
      active.batches += group.length;
      active.samples += group.reduce((sum, append) => sum + append.samples, 0);
      for (const append of group) {
        append.onCommitted?.();
        append.done();
      }
    } catch (error) {
      const refusal = asSpoolError(error);
      this.#options.log.error({ error: String(error), batches: group.length }, 'spool write failed');
      await this.#abandonTail();
      for (const append of group) append.done(refusal);
    } finally {
      this.#queuedBytes -= bytes.length;
    }
    const { segmentBytes, segmentSamples } = this.#options.limits;
    const active = this.#active;
    if (active && (active.bytes >= segmentBytes || active.samples >= segmentSamples)) {
      await this.#sealActive().catch((error: unknown) => {
        this.#options.log.error({ error: String(error), segment: active.id }, 'sealing failed');
      });
      this.#options.onSealed?.();
    }
  }

  /** After a failed write or sync the file's end is unknown, and its handle is not to be trusted again. */
  async #abandonTail(): Promise<void> {
    const active = this.#active;
    if (!active) return;
    try {
      await active.file.truncate(active.bytes);
    } catch (error) {
      // The loader reads `bytes` only; a batch that a restart finds there is known by its id when it is sent again.
      this.#options.log.warn({ error: String(error), segment: active.id }, 'cannot cut a torn tail');
    }
    await this.#sealActive().catch((error: unknown) => {
      this.#options.log.error({ error: String(error), segment: active.id }, 'sealing failed');
    });
  }

  async #sealNow(operation: Seal): Promise<void> {
    try {
      await this.#sealActive();
      operation.done();
    } catch (error) {
      operation.done(asSpoolError(error));
    }
  }

  async #sealActive(): Promise<void> {
    const active = this.#active;
    if (!active) return;
    this.#active = undefined;
    const { id, bytes, batches, samples } = active;
    if (batches === 0) return await this.#open.drop(active);
    const { directory, fs } = this.#options;
    let { path } = active;
    try {
      await active.file.close();
      const sealed = join(directory, segmentFile(id, 'sealed'));
      // Not synced: a start takes up either name.
      await fs.rename(path, sealed);
      path = sealed;
    } finally {
      // Whatever failed, acknowledged batches stay in the list: they load from the name that the file has.
      this.#sealed.push({ id, path, bytes, batches, samples });
    }
  }
}
