// Node's way to open any program that this machine can run. It trusts what it is given: check the hash before.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramDescription, TargetName } from '@everypath/schema';
import { UnsupportedError } from './errors.ts';
import { hostTarget } from './host-target.ts';
import { loadNative } from './load-native.ts';
import { loadWasm } from './load-wasm.ts';
import type { Program } from './program.ts';
import { systemClock } from './system.ts';

export interface OpenOptions {
  /** What the program was compiled for. */
  readonly target: TargetName;
  /** Stands in for the program's own description, e.g. the manifest's. */
  readonly description?: ProgramDescription;
}

/** Opens a program from a file or from its bytes. Native ones must be for this machine. */
export async function openProgram(pathOrBytes: string | Uint8Array, options: OpenOptions): Promise<Program> {
  const { target, description } = options;
  if (target === 'wasm32') {
    const bytes = typeof pathOrBytes === 'string' ? await readFile(pathOrBytes) : pathOrBytes;
    // A copy only where the bytes lie in shared memory, which WebAssembly does not take.
    const own =
      bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
    return loadWasm(own, systemClock.ticksNs, description);
  }
  const host = hostTarget();
  if (target !== host) {
    throw new UnsupportedError(
      `a program for ${target} does not run here: this is ${host ?? 'none of the targets'}`,
    );
  }
  if (typeof pathOrBytes === 'string') return loadNative(pathOrBytes, description);
  const folder = await mkdtemp(join(tmpdir(), 'everypath-'));
  try {
    const path = join(folder, `program${target.startsWith('windows') ? '.dll' : '.so'}`);
    await writeFile(path, pathOrBytes);
    return await loadNative(path, description);
  } finally {
    // Windows keeps a loaded library's file; it goes with the temporary folder.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
