// How much of this machine's processor time its host gave to others: what was measured meanwhile says less. Linux alone
// tells, and only on virtual machines is it ever more than nothing.

import { readFileSync } from 'node:fs';

/** Ticks of all processors since the system started. */
export interface ProcessorTicks {
  readonly stolen: number;
  readonly all: number;
}

/** With more than this stolen, close rivals change places. */
const TELLING_SHARE = 0.01;

/** user, nice, system, idle, iowait, irq, softirq, steal: guests' time is in user's already. */
const STEAL = 7;

/** Null where the system does not say. */
export function processorTicks(): ProcessorTicks | null {
  if (process.platform !== 'linux') return null;
  const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const ticks = first
    .split(/\s+/)
    .slice(1, STEAL + 2)
    .map(Number);
  const stolen = ticks[STEAL];
  return stolen === undefined ? null : { stolen, all: ticks.reduce((sum, each) => sum + each, 0) };
}

/** Share of the processors' time since `before` that the host took; null where the system does not say. */
export function stolenSince(before: ProcessorTicks | null): number | null {
  const now = processorTicks();
  if (before === null || now === null || now.all === before.all) return null;
  return (now.stolen - before.stolen) / (now.all - before.all);
}

/** What a reader of figures should know of a share; nothing where it hardly matters. */
export const stolenText = (share: number | null): readonly string[] =>
  share !== null && share > TELLING_SHARE
    ? [
        `This machine's host took ${(share * 100).toFixed(0)} % of the processors' time meanwhile: measure again.`,
      ]
    : [];
