// One instance at a time, by an order in ClickHouse: who takes the next position has the turn, keeps it by taking the
// next one again and again, and ends it with a position of nobody's. A turn that was not kept up is over by itself.

import type { Clock, Random } from '../ports.ts';
import type { Order } from './order.ts';

export interface TurnOptions {
  readonly order: Order;
  readonly clock: Clock;
  readonly random: Random;
  /** How long a turn lasts that is not kept up: what others wait when its holder is killed. */
  readonly leaseMs: number;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** How often to look whether the turn has ended, and to keep one's own. */
const LOOKS_PER_LEASE = 10;
const KEEPS_PER_LEASE = 3;

/**
 * Waits for the turn and runs `work` in it. `work` calls `keep` before each of its steps: it rejects when the turn is
 * another's by now.
 */
export async function inTurn<T>(
  options: TurnOptions,
  work: (keep: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { order, clock, random, leaseMs } = options;
  const me = random.uuid();
  let position = await waitForTurn(options, me);
  let kept: Promise<void> = Promise.resolve();
  const take = (claim: string): Promise<void> => {
    kept = kept.then(async () => {
      const { holder } = await order.take(position + 1, claim);
      if (holder !== claim) throw new Error('another instance took over; this one was away for too long');
      position++;
    });
    return kept;
  };
  let cancel = (): void => {};
  const keepUp = (): void => {
    cancel = clock.after(leaseMs / KEEPS_PER_LEASE, () => {
      // What it failed with the next step is told.
      take(me).catch(() => {});
      keepUp();
    });
  };
  keepUp();
  try {
    return await work(() => take(me));
  } finally {
    cancel();
    // Otherwise the lease runs out.
    await take(NOBODY).catch(() => {});
  }
}

/** The position that this caller took. */
async function waitForTurn({ order, clock, leaseMs }: TurnOptions, me: string): Promise<number> {
  for (;;) {
    const last = await order.last();
    if (last === undefined || last.claim === NOBODY || last.ageMs > leaseMs) {
      const position = (last?.position ?? 0) + 1;
      if ((await order.take(position, me)).holder === me) return position;
    } else {
      await new Promise<void>((resolve) => clock.after(leaseMs / LOOKS_PER_LEASE, resolve));
    }
  }
}
