// Sealed segments as files: written whole and durably, or moved to where nothing loads them.

import { join } from 'node:path';
import { scanFrames } from './frame.ts';
import { type AsideReason, asideFile, type Segment, segmentFile } from './segment.ts';
import type { SpoolFs } from './spool-fs.ts';

/** Folder of segments that are not to be loaded. */
export const ASIDE = 'aside';

/** Writes whole frames as a sealed segment. Its entry in the directory is the caller's to sync. */
export async function writeSealed(
  fs: SpoolFs,
  directory: string,
  id: string,
  content: Buffer,
): Promise<Segment> {
  const path = join(directory, segmentFile(id, 'sealed'));
  const file = await fs.create(path);
  try {
    await file.write(content, 0);
    await file.datasync();
  } catch (error) {
    await fs.remove(path).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
  const heads = scanFrames(content).frames.flatMap(({ head }) => head ?? []);
  const samples = heads.reduce((sum, head) => sum + head.samples, 0);
  return { id, path, bytes: content.length, batches: heads.length, samples };
}

/** Moves a segment into the folder, and returns its new path. */
export async function moveAside(
  fs: SpoolFs,
  directory: string,
  segment: Segment,
  reason: AsideReason,
): Promise<string> {
  const aside = join(directory, ASIDE);
  await fs.makeDirectory(aside);
  const path = join(aside, asideFile(segment.id, reason));
  await fs.rename(segment.path, path);
  await fs.syncDirectory(aside);
  await fs.syncDirectory(directory);
  return path;
}
