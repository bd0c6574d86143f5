// The name of a spool directory: made once, on disk before anything is claimed under it, moved with the directory.

import { join } from 'node:path';
import type { Random } from '../ports.ts';
import type { SpoolFs } from './spool-fs.ts';

const FILE = 'identity';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads the directory's name, or gives it one. */
export async function spoolIdentity(directory: string, fs: SpoolFs, random: Random): Promise<string> {
  const path = join(directory, FILE);
  await fs.makeDirectory(directory);
  if ((await fs.list(directory)).includes(FILE)) {
    const found = (await fs.read(path)).toString();
    if (UUID.test(found)) return found;
    // Cut short while it was made: nothing was claimed under it yet.
    await fs.remove(path);
  }
  const identity = random.uuid();
  const file = await fs.create(path);
  try {
    await file.write(Buffer.from(identity), 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await fs.syncDirectory(directory);
  return identity;
}
