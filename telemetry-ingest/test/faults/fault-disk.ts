// A disk that can be filled: a small tmpfs where that may be mounted (root on Linux); elsewhere a plain folder, and
// then the spool's own limit stands in for the full disk.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FaultDisk {
  readonly kind: 'tmpfs' | 'spool limit';
  readonly path: string;
  /** Leaves no byte free, until `free`. Nothing on a plain folder. */
  fill(): void;
  free(): void;
  close(): void;
}

const DISK_BYTES = 24 << 20;

/** Mounts the disk at `path`. */
export function openFaultDisk(path: string): FaultDisk {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return { kind: 'spool limit', path, fill() {}, free() {}, close() {} };
  }
  const filler = join(path, 'filler');
  return {
    kind: 'tmpfs',
    path,
    fill() {
      // Coarse, then page by page: nothing may be left for even one small batch.
      let serial = 0;
      for (const bytes of [1 << 20, 4_096, 1]) {
        try {
          for (;;) writeFileSync(`${filler}-${serial++}`, Buffer.alloc(bytes));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    },
    free() {
      execFileSync('find', [path, '-maxdepth', '1', '-name', 'filler*', '-delete']);
    },
    close() {
      try {
        execFileSync('umount', [path], { stdio: 'ignore' });
      } catch {
        // A process that was killed may hold it for a moment longer.
        execFileSync('umount', ['-l', path], { stdio: 'ignore' });
      }
      rmSync(path, { recursive: true, force: true });
    },
  };
}
