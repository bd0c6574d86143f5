// Time and chance for the whole process: the only place in the platform that touches the ambient ones.

import { randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Milliseconds of a monotonic counter: for durations. */
  ticksMs(): number;
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  ticksMs: () => performance.now(),
  sleep: (ms) => delay(ms),
};

export interface Random {
  uuid(): string;
  /** A secret of 256 bits, safe in URLs and headers. */
  secret(): string;
}

export const systemRandom: Random = {
  uuid: () => randomUUID(),
  secret: () => randomBytes(32).toString('base64url'),
};
