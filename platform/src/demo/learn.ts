// Cold fetches, visits that report, fits, and the fetches after, for all pairs of function and device. Visits go round
// all pairs, so that those of one are from many moments of the machine, which has spells of a second or two in which
// some programs are slower and others not; and telemetry is sent when a round is over, so that no service works while
// a device does.

import { seededRandom, shuffled } from '../measure/seeded-random.ts';
import type { Platform } from '../server.ts';
import type { Visit, VisitOptions, Visitor } from './device-session.ts';
import { checkVisit, type Pair } from './pair.ts';

export interface Learned {
  /** Variants served before and after. */
  readonly cold: string;
  readonly served: string;
  /** Of devices of their own: the cold one, those that explored, and the one that asks after the fits. */
  readonly fetches: number;
  /** Calls that the device made. */
  readonly calls: number;
}

/** The selector tries each operator variant of a node in about this many fetches; a visit tries one at every node. */
const VISITS_PER_OPERATOR_VARIANT = 8;
/** Of a pair, between two fits. */
const VISITS = 5;
/** A visit's calls: enough to be past the client's warm-up and still report some. */
const BUDGET_MS = 20;
const FEWEST_CALLS = { native: 12, wasm: 32 };
/** To see what is served. */
const ONE_CALL: VisitOptions = { budgetMs: 0, fewestCalls: 1 };

interface Progress {
  readonly pair: Pair;
  readonly most: number;
  readonly cold: Visit;
  /** Whoever does not explore gets this. */
  served: Visit;
  /** Of the last round. */
  visits: readonly Visit[];
  fetches: number;
  calls: number;
}

/** Runs the loop until no pair has anything to learn. Throws when an answer is not CPython's. */
export async function learn(
  platform: Pick<Platform, 'flush' | 'refit'>,
  pairs: readonly Pair[],
  seed: number,
  note: (text: string) => void,
): Promise<Map<Pair, Learned>> {
  const random = seededRandom(seed);
  const all: Progress[] = [];
  for (const pair of pairs) {
    const cold = await visit(pair, 'cold', false);
    all.push({
      pair,
      most: mostVisits(pair),
      cold,
      served: cold,
      visits: [],
      fetches: 0,
      calls: cold.calls,
    });
  }
  for (let round = 1; ; round++) {
    const open = all.filter((one) => !isSettled(one) && one.fetches < one.most);
    if (open.length === 0) break;
    for (const one of open) one.visits = [];
    for (let turn = 0; turn < VISITS; turn++) {
      for (const one of shuffled(open, random)) {
        const done = await visit(one.pair, `visit-${one.fetches++}`, true);
        one.visits = [...one.visits, done];
        one.calls += done.calls;
      }
    }
    await report(pairs);
    await platform.flush();
    await platform.refit();
    note(`round ${round}: ${open.length * VISITS} devices visited and reported, models fitted`);
    for (const one of all)
      if (isQuiet(one) || one.fetches >= one.most)
        one.served = await visit(one.pair, 'after', false, ONE_CALL);
    await report(pairs);
  }
  return new Map(
    all.map(({ pair, cold, served, fetches, calls }) => [
      pair,
      { cold: cold.variant, served: served.variant, fetches: fetches + 2, calls },
    ]),
  );
}

/** A round in which the selector tried nothing new. */
const isQuiet = ({ visits }: Progress): boolean =>
  visits.length > 0 &&
  visits.every(({ reason, variant }) => reason === 'predicted' && variant === visits[0]?.variant);

/** After a quiet round it is still of the same mind: there is nothing to teach. */
const isSettled = (one: Progress): boolean => isQuiet(one) && one.visits[0]?.variant === one.served.variant;

async function visit(pair: Pair, name: string, explore: boolean, options = visitOf(pair)): Promise<Visit> {
  const { session } = pair.device;
  const visitor: Visitor = { deviceId: `demo-${name}`.padEnd(12, '-'), explore };
  const done = await session.visit(pair.setup, pair.workload.inputs, visitor, options);
  checkVisit(pair, done);
  return done;
}

const visitOf = ({ setup }: Pair): VisitOptions => ({
  budgetMs: BUDGET_MS,
  fewestCalls: FEWEST_CALLS[setup.target === 'wasm32' ? 'wasm' : 'native'],
});

async function report(pairs: readonly Pair[]): Promise<void> {
  for (const session of new Set(pairs.map(({ device }) => device.session))) await session.report();
}

function mostVisits({ variants }: Pair): number {
  const nodes = variants[0]?.path.length ?? 0;
  const choices = Array.from(
    { length: nodes },
    (_, node) => new Set(variants.map(({ path }) => path[node])).size,
  );
  return VISITS_PER_OPERATOR_VARIANT * Math.max(2, ...choices);
}
