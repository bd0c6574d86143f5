// The page's clock and chance: the one place of the browser's bundle that asks the system for them.

import type { Clock } from './platform.ts';

export const pageClock: Clock = {
  nowMs: () => Date.now(),
  ticksNs: () => performance.now() * 1e6,
  later(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

export const pageRandom = (): number => Math.random();
