// The real clock of Node, where a client takes it from when none is injected.

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
