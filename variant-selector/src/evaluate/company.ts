// The problems of one device, played side by side, a probe of each in turn: a device runs all its functions. Now and then
// each problem hears what the others measured.

import { median } from 'simple-statistics';
import {
  expectAmong,
  type Fellow,
  mostTelling,
  type Place,
  type SharedError,
} from '../model/prior/shared-error.ts';
import type { playProduct } from './contestants.ts';

export interface Member extends Place {
  readonly prior: Fellow['prior'];
  readonly player: ReturnType<typeof playProduct>;
}

/** Probes of each problem after which they hear of each other: little is news later on. */
const EXCHANGES: ReadonlySet<number> = new Set([2, 3, 5, 8, 12, 16]);
/** Fellows that are looked through for those that measured something. */
const MOST_LOOKED_AT = 48;
/** Successive measurements are alike (lag-1 correlation 0.34): so many are worth one that stands alone. */
const ALIKE = 2;

/** Returns what is to be called after each round with the number of probes that each problem had. */
export function openCompany(
  members: readonly Member[],
  shared: SharedError,
  noise: number,
): (probes: number) => void {
  const fellows = members.map(
    (member): Fellow => ({
      ...member,
      located: () =>
        member.player.measurements.map((own) =>
          own.length === 0 ? null : { mean: median(own), variance: (ALIKE * noise) / own.length },
        ),
    }),
  );
  const telling = fellows.map((fellow) => mostTelling(shared, fellow, fellows, MOST_LOOKED_AT));
  return (probes) => {
    if (!EXCHANGES.has(probes)) return;
    for (const [at, fellow] of fellows.entries()) {
      const expected = expectAmong(shared, fellow, telling[at]!);
      if (expected !== null) members[at]!.player.expect(expected);
    }
  };
}
