// Moves sealed segments into ClickHouse, oldest first, one at a time. A batch counts once: the segment's id is the
// deduplication token of the attempt, the receipts tell of batches from other segments.

import { type ClickHouseStore, isPoison, type SegmentLines } from './clickhouse/store.ts';
import type { Clock, Log } from './ports.ts';
import { type LineHead, type ScannedLine, scanLines } from './spool/line.ts';
import type { Segment } from './spool/segment.ts';
import type { Spool } from './spool/spool.ts';

export interface LoadCounts {
  stored: number;
  duplicate: number;
  setAside: number;
  segments: number;
  failures: number;
  /** Segments that ClickHouse refused, and lines that failed their checksum. */
  poisonSegments: number;
  damagedLines: number;
}

export interface LoaderOptions {
  readonly spool: Spool;
  readonly store: ClickHouseStore;
  readonly clock: Clock;
  readonly log: Log;
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
    damagedLines: 0,
  };
  /** What the last attempt failed with; undefined while all is well. */
  lastError: string | undefined;
  readonly #options: LoaderOptions;
  #migrated = false;
  #pass: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #stopped = false;
  #failuresInARow = 0;

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
    this.#cancelTimer = this.#options.clock.after(delayMs, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    const { spool, limits, log } = this.#options;
    try {
      // While ClickHouse is away one segment grows, instead of a small one for each attempt.
      if (this.#failuresInARow === 0 || spool.sealed.length === 0) await spool.seal();
      await this.#loadAll();
      this.#schedule(limits.loadEveryMs);
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
      for (const segment of [...spool.sealed]) {
        if (this.#stopped) return;
        await this.#load(segment);
        this.#failuresInARow = 0;
      }
      this.lastError = undefined;
    } catch (error) {
      this.counts.failures++;
      this.#failuresInARow++;
      this.lastError = String(error);
      throw error;
    }
  }

  async #load(segment: Segment): Promise<void> {
    const { spool, store, log } = this.#options;
    const content = await spool.read(segment);
    const { first, repeats, damaged } = sortLines(content);
    const counted = await store.counted([...first.keys()]);
    const fresh = [...first.values()].filter(({ head }) => !counted.has(head.batchId));
    // Receipts of this very segment: an earlier attempt went through, and only its answer was lost.
    const mine = [...first.values()].filter(({ head }) => counted.get(head.batchId) === segment.id);
    try {
      if (fresh.length > 0) await store.load(segmentLines(segment.id, content, fresh));
    } catch (error) {
      if (!isPoison(error)) throw error;
      const path = await spool.setAside(segment);
      this.counts.poisonSegments++;
      this.counts.setAside += segment.samples;
      log.error(
        { error: String(error), path, samples: segment.samples },
        'ClickHouse refuses a segment; set aside',
      );
      return;
    }
    const stored = total(fresh, 'samples') + total(mine, 'samples');
    const duplicate = total([...first.values()], 'samples') - stored + total(repeats, 'samples');
    this.counts.stored += stored;
    this.counts.duplicate += duplicate;
    this.counts.setAside += segment.samples - stored - duplicate;
    this.counts.damagedLines += damaged;
    this.counts.segments++;
    if (damaged === 0) return await spool.remove(segment);
    const path = await spool.setAside(segment);
    log.error(
      { path, damaged },
      'a segment holds damaged lines; the sound ones are stored, the file is kept',
    );
  }
}

interface SoundLine extends ScannedLine {
  readonly head: LineHead;
}

/** The first line of each batch, further lines of the same batches, and how many lines fail their checksum. */
function sortLines(content: Buffer): {
  readonly first: ReadonlyMap<string, SoundLine>;
  readonly repeats: readonly SoundLine[];
  readonly damaged: number;
} {
  const first = new Map<string, SoundLine>();
  const repeats: SoundLine[] = [];
  let damaged = 0;
  for (const { head, start, end } of scanLines(content).lines) {
    if (!head) damaged++;
    else if (first.has(head.batchId)) repeats.push({ head, start, end });
    else first.set(head.batchId, { head, start, end });
  }
  return { first, repeats, damaged };
}

const total = (lines: readonly SoundLine[], field: 'samples' | 'rejected'): number =>
  lines.reduce((sum, { head }) => sum + head[field], 0);

function segmentLines(id: string, content: Buffer, lines: readonly SoundLine[]): SegmentLines {
  const bytes = lines.reduce((sum, { start, end }) => sum + end - start, 0);
  return {
    id,
    content:
      bytes === content.length
        ? content
        : Buffer.concat(lines.map(({ start, end }) => content.subarray(start, end))),
    samples: total(lines, 'samples'),
    rejected: total(lines, 'rejected'),
  };
}
