// What a stopped process left in the spool directory: every segment, sealed or not, is handed to the loader again.
// A batch may come back that ClickHouse has counted; its receipt says so.

import { join } from 'node:path';
import type { Log } from '../ports.ts';
import { scanFrames } from './frame.ts';
import { parseSegmentFile, type Segment, segmentFile } from './segment.ts';
import type { SpoolFs } from './spool-fs.ts';

export interface Recovery {
  /** Oldest first. */
  readonly segments: readonly Segment[];
  readonly nextSequence: number;
}

/** Reads the directory (made when missing), seals open segments, and counts what they hold. */
export async function recoverSegments(options: {
  readonly directory: string;
  readonly fs: SpoolFs;
  readonly log: Log;
  readonly onRecovered?: (batchId: string) => void;
}): Promise<Recovery> {
  const { directory, fs, log } = options;
  await fs.makeDirectory(directory);
  const found = (await fs.list(directory)).flatMap((name) => parseSegmentFile(name) ?? []);
  found.sort((a, b) => a.sequence - b.sequence);
  const segments: Segment[] = [];
  for (const { id, state } of found) {
    const path = join(directory, segmentFile(id, 'sealed'));
    if (state === 'open') await fs.rename(join(directory, segmentFile(id, 'open')), path);
    const content = await fs.read(path);
    const { frames, tornAt } = scanFrames(content);
    if (tornAt < content.length) {
      // Never acknowledged: an acknowledged frame was synced whole.
      log.info(
        { segment: id, bytes: content.length - tornAt },
        'dropped a torn frame at the end of a segment',
      );
    }
    let batches = 0;
    let samples = 0;
    for (const { head } of frames) {
      if (!head) continue;
      batches++;
      samples += head.samples;
      options.onRecovered?.(head.batchId);
    }
    if (frames.length === 0) await fs.remove(path);
    else segments.push({ id, path, bytes: tornAt, batches, samples });
  }
  if (found.length > 0) await fs.syncDirectory(directory);
  return { segments, nextSequence: (found.at(-1)?.sequence ?? 0) + 1 };
}
