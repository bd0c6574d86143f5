// Sealed batches that wait to be sent: bounded, oldest dropped first, and on disk where there is one.

import type { TelemetryBatch } from '@everypath/schema';
import type { ClientStore } from './platform.ts';

export interface QueueLimits {
  readonly maxBatches: number;
  readonly maxBytes: number;
}

export const QUEUE_LIMITS: QueueLimits = { maxBatches: 256, maxBytes: 512 * 1024 };

export interface QueuedBatch {
  readonly name: string;
  /** The exact bytes, the same at every try. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Queue {
  push(batch: TelemetryBatch): Promise<void>;
  /** Oldest first, those of earlier runs of this device included. */
  all(): Promise<readonly QueuedBatch[]>;
  remove(name: string): Promise<void>;
  clear(): Promise<void>;
  /** Batches given up because the queue was full. */
  dropped(): number;
}

/** A queue in a folder of the store. Batch ids sort by time, so names do. */
export function createQueue(store: ClientStore, folder: string, limits: QueueLimits = QUEUE_LIMITS): Queue {
  let dropped = 0;

  async function all(): Promise<QueuedBatch[]> {
    const batches: QueuedBatch[] = [];
    for (const name of await store.list(folder)) {
      const bytes = await store.read(`${folder}/${name}`);
      if (bytes) batches.push({ name, bytes });
    }
    return batches;
  }

  const remove = (name: string): Promise<void> => store.remove(`${folder}/${name}`);

  return {
    async push(batch) {
      const bytes = new TextEncoder().encode(JSON.stringify(batch));
      const held = await all();
      let total = bytes.length + held.reduce((sum, entry) => sum + entry.bytes.length, 0);
      let count = held.length + 1;
      for (const oldest of held) {
        if (count <= limits.maxBatches && total <= limits.maxBytes) break;
        await remove(oldest.name);
        count--;
        total -= oldest.bytes.length;
        dropped++;
      }
      await store.write(`${folder}/${batch.batchId}.json`, bytes);
    },
    all,
    remove,
    async clear() {
      for (const name of await store.list(folder)) await remove(name);
    },
    dropped: () => dropped,
  };
}
