// Runs a fleet through an engine: devices fetch, run and report in order of time, the service fits now and then, and
// what was served is held against the truth and against what simpler policies would have served.

import type { Variant } from '@everypath/schema';
import { createBaselines, runBaseline } from './baselines.ts';
import { runSession } from './device.ts';
import type { Engine } from './engine.ts';
import { type FleetFigures, type FleetResult, figuresOf, type Outcome } from './figures.ts';
import { type FetchEvent, scheduleFetches } from './schedule.ts';
import type { World } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly devices: number;
  /** Mean fetches of a device. */
  readonly fetches: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly liars: number;
  /** Classes that appear in the second half of the time only. */
  readonly lateClasses?: number;
  /** Baselines besides. */
  readonly baselines: boolean;
  /** Called as the simulated time passes. */
  readonly onTime?: (atMs: number) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface DetectedChange {
  readonly what: string;
  readonly atMs: number;
}

/** Fetches of the fleet between two fits: few at first, ever more later, at most this many a class. */
const FIRST_FIT = 8;
const FIT_GROWTH = 1.12;
const MOST_BETWEEN = 25;
/** Classes whose devices talk to the service at the same time. */
const LANES = 16;

/** Runs it. The same options and engine give the same decisions. */
export async function simulateFleet<Ticket>(
  world: World,
  engine: Engine<Ticket>,
  options: SimulationOptions,
): Promise<FleetResult> {
  const events = scheduleFetches(world, options);
  const served = new Array<Variant>(events.length);
  const reasons = new Array<string>(events.length);
  const byId = new Map(world.variants.map((variant) => [variant.id, variant]));
  const detected: DetectedChange[] = [];
  const known = new Set<string>();
  const one = async (event: FetchEvent): Promise<void> => {
    const answer = await engine.fetch(event);
    const variant = byId.get(answer.variant);
    if (variant === undefined) throw new Error(`served an unknown variant ${answer.variant}`);
    served[event.session] = variant;
    reasons[event.session] = answer.reason;
    const measured = runSession(world, options.seed, event.device, variant, event.session, event.atMs);
    await engine.report(event, answer.ticket, measured);
  };
  let size = FIRST_FIT;
  let refits = 0;
  for (let from = 0; from < events.length; ) {
    const epoch = events.slice(from, from + Math.floor(size));
    options.onTime?.(epoch[0]!.atMs);
    await inLanes([...Map.groupBy(epoch, (event) => event.device.classIndex).values()], one);
    from += epoch.length;
    size = Math.min(size * FIT_GROWTH, MOST_BETWEEN * world.classes.length);
    const atMs = epoch.at(-1)!.atMs;
    options.onTime?.(atMs);
    const { changes } = await engine.refit(atMs);
    refits += 1;
    for (const what of changes) if (!known.has(what)) detected.push({ what, atMs });
    for (const what of changes) known.add(what);
    options.onProgress?.(from, events.length);
  }
  const outcomes = (chosen: readonly Variant[], why: readonly string[]): readonly Outcome[] =>
    events.map((event, index) => {
      const { classIndex } = event.device;
      const champion = world.champion(classIndex, event.atMs).ns;
      return {
        classIndex,
        atMs: event.atMs,
        slowdown: world.callNs(classIndex, chosen[index]!, event.atMs) / champion,
        explored: why[index] === 'explore',
      };
    });
  const own = outcomes(served, reasons);
  const policies: FleetFigures[] = [figuresOf('default', own, world.classes.length)];
  if (options.baselines) {
    for (const baseline of createBaselines(world, `${options.seed}`))
      policies.push(
        figuresOf(
          baseline.name,
          outcomes(runBaseline(world, options.seed, baseline, events), []),
          world.classes.length,
        ),
      );
  }
  return { via: engine.via, fetches: events.length, refits, policies, detected, served: own };
}

/** Runs lists side by side, each in its order, a bounded number at a time. */
async function inLanes<Item>(
  lists: readonly (readonly Item[])[],
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...lists];
  await Promise.all(
    Array.from({ length: Math.min(LANES, waiting.length) }, async () => {
      for (let list = waiting.shift(); list !== undefined; list = waiting.shift())
        for (const item of list) await run(item);
    }),
  );
}
