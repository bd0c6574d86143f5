// What a client needs from the world, injected so that Node, browsers and tests differ in nothing else.

import type { DeviceFeatures, TargetName } from '@everypath/schema';
import type { Program } from './program.ts';

/** Small files by name, in folders separated by `/`. Writes are atomic; readers see the old bytes or the new. */
export interface ClientStore {
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  /** Names directly below a folder, sorted. */
  list(folder: string): Promise<string[]>;
  /** Where a person finds a file, for hints. */
  where(name: string): string;
}

export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Monotonic nanoseconds. */
  ticksNs(): number;
  /** Runs later without keeping the process alive; returns how to cancel it. */
  later(delayMs: number, run: () => void): () => void;
}

export type Log = (level: 'debug' | 'warn', message: string) => void;

export interface Platform {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly store: ClientStore;
  readonly detect: () => Promise<DeviceFeatures>;
  /** Opens a program whose hash was checked. */
  readonly open: (bytes: Uint8Array<ArrayBuffer>, target: TargetName) => Promise<Program>;
  /** Another encoding of a batch than its JSON, shorter. A page does without: its bytes are dearer than the wire's. */
  readonly compact?: {
    readonly type: string;
    readonly encode: (json: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  };
  /** Value of `EVERYPATH_VARIANT`, if any. */
  readonly environmentOverride: string | undefined;
  /** Whether the person at this device has said no to tracking. */
  readonly doNotTrack: boolean;
}
