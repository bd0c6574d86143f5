// Node's clock and chance: the one place of the package that asks the system for them.

import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Clock } from './platform.ts';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  ticksNs: () => performance.now() * 1e6,
  later(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export const systemRandom = (): number => Math.random();

/** The clock that native programs time themselves with, as far as JavaScript reads it: whole nanoseconds. */
export const nativeTicksNs = (): number => Number(process.hrtime.bigint() % 1_000_000_000_000n);

/** A name that no other process uses. */
export const uniqueName = (): string => randomUUID();
