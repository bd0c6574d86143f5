// The loader by itself: when it tries again, and what it counts when an answer is lost. The store is in memory and
// keeps ClickHouse's promise: one token counts once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClickHouseStore, SegmentFrames } from '../src/clickhouse/store.ts';
import { Loader } from '../src/loader.ts';
import { encodeFrame, scanFrames } from '../src/spool/frame.ts';
import { Spool } from '../src/spool/spool.ts';
import { silentLog } from '../src/system.ts';
import { MemoryDisk } from './memory-disk.ts';
import { spooledBatch } from './spooled-batch.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const line = (n: number): Buffer => encodeFrame(spooledBatch({ batch_id: uuid(n), samples: 3, rejected: 0 }));

class MemoryStore implements ClickHouseStore {
  readonly receipts = new Map<string, string>();
  readonly tokens = new Set<string>();
  /** What the next load does: fail before it, or lose the answer after it. */
  fault: 'refused' | 'answer lost' | undefined;

  async migrate(): Promise<readonly string[]> {
    return [];
  }
  async ping(): Promise<boolean> {
    return true;
  }
  async counted(batchIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map([...this.receipts].filter(([id]) => batchIds.includes(id)));
  }
  async claim(): Promise<ReadonlySet<string>> {
    return new Set();
  }
  async release(): Promise<void> {}
  async forget(): Promise<void> {}
  async load({ id, content }: SegmentFrames): Promise<void> {
    const fault = this.fault;
    this.fault = undefined;
    if (fault === 'refused') throw new Error('connection refused');
    if (!this.tokens.has(id)) {
      this.tokens.add(id);
      for (const { head } of scanFrames(content).frames) if (head) this.receipts.set(head.batchId, id);
    }
    if (fault === 'answer lost') throw new Error('socket hang up');
  }
}

async function setUp() {
  let count = 0;
  const disk = new MemoryDisk();
  const spool = await Spool.open({
    directory: '/spool',
    fs: disk,
    random: { uuid: () => uuid(++count) },
    log: silentLog,
    limits: { spoolBytes: 1 << 20, segmentBytes: 1 << 16, segmentSamples: 1_000 },
  });
  const store = new MemoryStore();
  const timers: { readonly delayMs: number; readonly run: () => void }[] = [];
  const loader = new Loader({
    spool,
    store,
    log: silentLog,
    clock: {
      nowMs: () => 0,
      after(delayMs, run) {
        timers.push({ delayMs, run });
        return () => {};
      },
    },
    limits: { loadEveryMs: 1_000, retryMaxMs: 30_000 },
  });
  /** Lets the timer go off, and waits until the loader has set the next one. */
  const tick = async (): Promise<number> => {
    const before = timers.length;
    timers.at(-1)?.run();
    while (timers.length === before) await new Promise(setImmediate);
    return timers.at(-1)?.delayMs ?? Number.NaN;
  };
  return { spool, store, loader, timers, tick };
}

test('waits longer after each failure, up to a limit, and at once as before after a success', async () => {
  const { spool, store, loader, tick } = await setUp();
  loader.start();
  await spool.append(line(1), 3);
  const delays: number[] = [];
  for (let attempt = 0; attempt < 7; attempt++) {
    store.fault = 'refused';
    delays.push(await tick());
  }
  assert.deepEqual(delays, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  assert.match(loader.lastError ?? '', /refused/);
  assert.equal(await tick(), 1_000);
  assert.equal(loader.lastError, undefined);
  assert.equal(loader.counts.stored, 3);
  assert.equal(spool.samples, 0);
});

test('a lost answer is not a duplicate: the segment finds its own receipts', async () => {
  const { spool, store, loader } = await setUp();
  await spool.append(line(1), 3);
  store.fault = 'answer lost';
  await assert.rejects(loader.flush(), /hang up/);
  assert.equal(spool.samples, 3);
  await loader.flush();
  assert.deepEqual([loader.counts.stored, loader.counts.duplicate, spool.samples], [3, 0, 0]);
});

test('a batch in two segments, or twice in one, counts once', async () => {
  const { spool, loader } = await setUp();
  await spool.append(line(1), 3);
  await spool.append(line(1), 3);
  await loader.flush();
  await spool.append(line(2), 3);
  await spool.append(line(1), 3);
  await loader.flush();
  assert.deepEqual([loader.counts.stored, loader.counts.duplicate], [6, 6]);
});

test('flush during a load waits for what was appended before it', async () => {
  const { spool, loader } = await setUp();
  await spool.append(line(1), 3);
  const first = loader.flush();
  await spool.append(line(2), 3);
  await Promise.all([first, loader.flush()]);
  assert.equal(loader.counts.stored, 6);
  assert.equal(spool.samples, 0);
});
