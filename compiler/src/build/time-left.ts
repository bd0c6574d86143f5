// How long a build will still take, by the pace of its three steps so far. They overlap, so the slowest of them counts.
// An estimate: it knows counts, not how hard what is left will be.

import type { BuildEvent } from './build-types.ts';

export interface TimeLeft {
  note(event: BuildEvent): void;
  /** Undefined while too little is known. */
  leftMs(): number | undefined;
}

interface Step {
  total: number;
  done: number;
  /** Those that took time: what a cache answers says nothing of the pace. */
  worked: number;
  /** When the first of them was seen. */
  sinceMs: number;
}

/** Fewer than this many tell too little. */
const ENOUGH = 3;

/** `clock` counts milliseconds. */
export function createTimeLeft(clock: () => number): TimeLeft {
  const step = (): Step => ({ total: 0, done: 0, worked: 0, sinceMs: 0 });
  const steps = { compiled: step(), linked: step(), proved: step() };
  const advance = (at: Step, cached: boolean) => {
    at.done++;
    if (cached) return;
    if (at.worked === 0) at.sinceMs = clock();
    at.worked++;
  };
  return {
    note(event) {
      if (event.kind === 'start') {
        for (const { units, variants } of event.targets) {
          steps.compiled.total += units;
          steps.linked.total += variants;
          steps.proved.total += variants;
        }
      } else if (event.kind === 'compiled' || event.kind === 'linked') {
        advance(steps[event.kind], event.cached);
      } else if (event.kind === 'proved') advance(steps.proved, false);
    },
    leftMs() {
      const known = Object.values(steps)
        .filter(({ worked, done, total }) => worked >= ENOUGH && done < total)
        // The first was seen when it was done: one fewer was worked on since.
        .map(({ worked, done, total, sinceMs }) => ((total - done) * (clock() - sinceMs)) / (worked - 1));
      return known.length > 0 ? Math.max(...known) : undefined;
    },
  };
}
