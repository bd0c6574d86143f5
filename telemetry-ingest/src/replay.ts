// `node telemetry-ingest/src/replay.ts --spool DIR`: hands batches that ClickHouse refused back to the spool, for the next
// start to load. The service must be stopped: the directory is locked meanwhile. A batch that was stored since then is
// known by its receipt and not counted again.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lockDirectory } from './spool/lock.ts';
import { ASIDE } from './spool/sealed-files.ts';
import { parseSegmentFile, segmentFile, segmentId } from './spool/segment.ts';
import { nodeSpoolFs, type SpoolFs } from './spool/spool-fs.ts';
import { systemRandom } from './system.ts';

/** Moves every refused batch back, and returns how many there were. */
export async function replayAside(directory: string, fs: SpoolFs, uuid: () => string): Promise<number> {
  const aside = join(directory, ASIDE);
  await fs.makeDirectory(aside);
  const names = (await fs.list(aside)).filter((name) => name.endsWith('.poison'));
  const sequences = (await fs.list(directory)).map((name) => parseSegmentFile(name)?.sequence ?? 0);
  let sequence = Math.max(0, ...sequences);
  for (const name of names) {
    // A new name, because a name is a deduplication token: what was refused under the old one must not meet it.
    const id = segmentId(++sequence, uuid());
    await fs.rename(join(aside, name), join(directory, segmentFile(id, 'sealed')));
  }
  await fs.syncDirectory(directory);
  await fs.syncDirectory(aside);
  return names.length;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { spool: { type: 'string', default: '.everypath/spool' } } });
  mkdirSync(values.spool, { recursive: true });
  const release = lockDirectory(values.spool);
  const replayed = await replayAside(values.spool, nodeSpoolFs, systemRandom.uuid);
  release();
  process.stdout.write(`${JSON.stringify({ replayed })}\n`);
}
