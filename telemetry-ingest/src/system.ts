// The real clock, chance and silence: the only place here that reads the ambient ones.

import { randomUUID } from 'node:crypto';
import type { Clock, Log, Random } from './ports.ts';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A monotonic clock, in milliseconds: for durations. */
export const systemTicksMs = (): number => performance.now();

export const systemRandom: Random = { uuid: () => randomUUID() };

export const silentLog: Log = { info() {}, warn() {}, error() {} };
