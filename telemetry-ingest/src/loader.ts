// Moves sealed segments into ClickHouse, oldest first, one at a time. A batch counts once: the segment's id is the
// deduplication token of the attempt, the receipts tell of batches from other segments, and a batch that another
// instance claimed first waits here until that instance has stored its copy.

import { setImmediate } from 'node:timers/promises';
import { type ClickHouseStore, isPoison, type SegmentFrames } from './clickhouse/store.ts';
import type { Clock, Log } from './ports.ts';
import { type FrameHead, type ScannedFrame, walkFrames } from './spool/frame.ts';
import type { Segment } from './spool/segment.ts';
import type { Spool } from './spool/spool.ts';

export interface LoadCounts {
  stored: number;
  duplicate: number;
  setAside: number;
  segments: number;
  failures: number;
  /** Batches that ClickHouse refused and that were set aside, and frames that failed their checksum. */
  poisonSegments: number;
  damagedFrames: number;
}

export interface LoaderOptions {
  readonly spool: Spool;
  readonly store: ClickHouseStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Told after each pass in which nothing failed. */
  readonly onLoaded?: () => Promise<void>;
  readonly limits: { readonly loadEveryMs: number; readonly retryMaxMs: number };
}

export class Loader {
  readonly counts: LoadCounts = {
    stored: 0,
    duplicate: 0,
    setAside: 0,
    segments: 0,
    failures: 0,
    poisonSegments: 0,
    damagedFrames: 0,
  };
  /** What the last attempt failed with; undefined while all is well. */
  lastError: string | undefined;
  readonly #options: LoaderOptions;
  #migrated = false;
  #pass: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #stopped = false;
  #failuresInARow = 0;
  #waiting = 0;
  /** Segments that wait: their batches are claimed, and need no second claim. */
  readonly #claimed = new Set<string>();

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** Begins to load by itself, now and then every `loadEveryMs`. */
  start(): void {
    this.#schedule(0);
  }

  /** Seals and loads everything appended before the call. Rejects when ClickHouse does not take it. */
  async flush(): Promise<void> {
    await this.#options.spool.seal();
    // A pass that is under way may have begun before the seal; the next one has not.
    await this.#pass?.catch(() => {});
    await this.#loadAll();
    if (this.#waiting > 0) throw new Error(`${this.#waiting} segments wait for another instance's batches`);
  }

  /** Segments that hold a batch which another instance counts, and has not stored yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** A segment is full: no reason to wait for the timer, unless ClickHouse is away. */
  wake(): void {
    if (this.#failuresInARow > 0 || this.#pass || this.#cancelTimer === undefined) return;
    this.#cancelTimer();
    this.#schedule(0);
  }

  /** Begins nothing more; a segment that is being loaded goes on. */
  cancel(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  /** Stops after the segment that is being loaded. */
  async stop(): Promise<void> {
    this.cancel();
    await this.#pass?.catch(() => {});
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancelTimer = this.#options.clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      void this.#tick();
    });
  }

  async #tick(): Promise<void> {
    const { spool, limits, log } = this.#options;
    try {
      // While ClickHouse is away one segment grows, instead of a small one for each attempt.
      if (this.#failuresInARow === 0 || spool.sealed.length === 0) await spool.seal();
      await this.#loadAll();
      // What was sealed meanwhile is full: under load there is no pause.
      this.#schedule(spool.sealed.length > this.#waiting ? 0 : limits.loadEveryMs);
    } catch (error) {
      const delayMs = Math.min(
        limits.retryMaxMs,
        limits.loadEveryMs * 2 ** Math.min(10, this.#failuresInARow),
      );
      log.warn({ error: String(error), delayMs, spooled: spool.samples }, 'loading failed; will try again');
      this.#schedule(delayMs);
    }
  }

  #loadAll(): Promise<void> {
    this.#pass ??= this.#run().finally(() => {
      this.#pass = undefined;
    });
    return this.#pass;
  }

  async #run(): Promise<void> {
    const { spool, store } = this.#options;
    try {
      if (!this.#migrated) {
        await store.migrate();
        this.#migrated = true;
      }
      let waiting = 0;
      for (const segment of [...spool.sealed]) {
        if (this.#stopped) return;
        if (!(await this.#load(segment))) waiting++;
        this.#failuresInARow = 0;
      }
      this.#waiting = waiting;
      await this.#options.onLoaded?.();
      this.lastError = undefined;
    } catch (error) {
      this.counts.failures++;
      this.#failuresInARow++;
      this.lastError = String(error);
      throw error;
    }
  }

  /** Whether the segment is done with; otherwise it waits for another instance. */
  async #load(segment: Segment): Promise<boolean> {
    const { spool, store, log } = this.#options;
    const file = await spool.read(segment);
    const { content } = file;
    const { first, repeats, damaged } = await sortFrames(content);
    const counted = await store.counted([...first.keys()]);
    const open = [...first.keys()].filter((id) => !counted.has(id));
    if (open.length > 0 && (await store.claim(open, this.#claimed.has(segment.id))).size > 0) {
      this.#claimed.add(segment.id);
      return false;
    }
    this.#claimed.delete(segment.id);
    const fresh = [...first.values()].filter(({ head }) => !counted.has(head.batchId));
    // Receipts of this very segment: an earlier attempt went through, and only its answer was lost.
    const mine = [...first.values()].filter(({ head }) => counted.get(head.batchId) === segment.id);
    try {
      if (fresh.length > 0) await store.load(segmentFrames(segment.id, file, fresh));
    } catch (error) {
      if (!isPoison(error)) throw error;
      return await this.#isolate(segment, error);
    }
    const stored = total(fresh, 'samples') + total(mine, 'samples');
    const duplicate = total([...first.values()], 'samples') - stored + total(repeats, 'samples');
    this.counts.stored += stored;
    this.counts.duplicate += duplicate;
    this.counts.setAside += segment.samples - stored - duplicate;
    this.counts.damagedFrames += damaged;
    this.counts.segments++;
    if (damaged === 0) {
      await spool.remove(segment);
      return true;
    }
    const path = await spool.setAside(segment, 'damaged');
    log.error(
      { path, damaged },
      'a segment holds damaged batches; the sound ones are stored, the file is kept',
    );
    return true;
  }

  /** Halves a segment that ClickHouse refuses until the batch at fault is alone; that one is set aside. */
  async #isolate(segment: Segment, error: unknown): Promise<boolean> {
    const { spool, store, log } = this.#options;
    const parts = await spool.split(segment);
    if (parts.length > 1) {
      let done = true;
      for (const part of parts) done = (await this.#load(part)) && done;
      return done;
    }
    // Another instance that holds the batch need not wait for a copy that will not be stored.
    await store.release([...(await sortFrames((await spool.read(segment)).content)).first.keys()]);
    const path = await spool.setAside(segment, 'poison');
    this.counts.poisonSegments++;
    this.counts.setAside += segment.samples;
    log.error(
      { error: String(error), path, samples: segment.samples },
      'ClickHouse refuses a batch; set aside',
    );
    return true;
  }
}

interface SoundFrame extends ScannedFrame {
  readonly head: FrameHead;
}

interface SortedFrames {
  readonly first: ReadonlyMap<string, SoundFrame>;
  readonly repeats: readonly SoundFrame[];
  readonly damaged: number;
}

/** Bytes of a segment that are checked, in half a millisecond, before requests get their turn. */
const BREAK_BYTES = 256 << 10;

/** The first frame of each batch, further frames of the same batches, and how many places fail their checksum. */
async function sortFrames(content: Buffer): Promise<SortedFrames> {
  const first = new Map<string, SoundFrame>();
  const repeats: SoundFrame[] = [];
  let damaged = 0;
  let sinceBreak = 0;
  for (const { head, start, end } of walkFrames(content)) {
    sinceBreak += end - start;
    if (sinceBreak > BREAK_BYTES) {
      sinceBreak = 0;
      await setImmediate();
    }
    if (!head) damaged++;
    else if (first.has(head.batchId)) repeats.push({ head, start, end });
    else first.set(head.batchId, { head, start, end });
  }
  return { first, repeats, damaged };
}

const total = (frames: readonly SoundFrame[], field: 'samples' | 'rejected'): number =>
  frames.reduce((sum, { head }) => sum + head[field], 0);

function segmentFrames(
  id: string,
  { content, path }: { readonly content: Buffer; readonly path: string | undefined },
  frames: readonly SoundFrame[],
): SegmentFrames {
  const counts = { samples: total(frames, 'samples'), rejected: total(frames, 'rejected') };
  const bytes = frames.reduce((sum, { start, end }) => sum + end - start, 0);
  if (bytes === content.length && path !== undefined) return { id, content, path, ...counts };
  return {
    id,
    content: Buffer.concat(frames.map(({ start, end }) => content.subarray(start, end))),
    ...counts,
  };
}
