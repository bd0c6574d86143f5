// Clears away what builds that were killed left half-done. Only what is a day old: another build, perhaps of another
// machine, may be at work on the rest.

import type * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';

const DAY_MS = 86_400_000;

export interface SweepDependencies {
  readonly fs: Pick<typeof nodeFs, 'mkdir' | 'readdir' | 'rm' | 'stat'>;
  /** A name that no other writer has. */
  readonly uniqueName: () => string;
}

/** Never fails: a store that cannot be swept can still be used, or says so when it is written to. */
export async function sweepScratch(folder: string, { fs, uniqueName }: SweepDependencies): Promise<void> {
  const mark = join(folder, uniqueName());
  try {
    // The file system's own clock: the machine's may differ from it.
    await fs.mkdir(mark, { recursive: true });
    const { mtimeMs: nowMs } = await fs.stat(mark);
    for (const name of await fs.readdir(folder)) {
      const path = join(folder, name);
      const { mtimeMs } = await fs.stat(path);
      if (nowMs - mtimeMs > DAY_MS) await fs.rm(path, { recursive: true, force: true });
    }
  } catch {
    // Gone already, or not ours to touch.
  } finally {
    await fs.rm(mark, { recursive: true, force: true }).catch(() => undefined);
  }
}
