// When which device fetches: every device comes back a few times over the simulated days. Determined by the seed.

import type { SimulatedDevice } from './device.ts';
import { uniformOf } from './noise.ts';
import type { World } from './world.ts';

export interface FetchEvent {
  readonly device: SimulatedDevice;
  readonly atMs: number;
  /** Its number, in order of time. */
  readonly session: number;
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly devices: number;
  /** Mean fetches of a device. */
  readonly fetches: number;
  readonly startMs: number;
  readonly durationMs: number;
  /** Share of devices that lie. */
  readonly liars: number;
  /** Classes, the last of the world's, whose devices come in the second half of the time only; none by default. */
  readonly lateClasses?: number;
}

/** All fetches in order of time. */
export function scheduleFetches(world: World, options: ScheduleOptions): readonly FetchEvent[] {
  const { seed, devices, fetches, startMs, durationMs, liars, lateClasses = 0 } = options;
  const events: { readonly device: SimulatedDevice; readonly atMs: number }[] = [];
  for (let index = 0; index < devices; index += 1) {
    const device: SimulatedDevice = {
      index,
      id: `simulated-${seed}-${index}`,
      classIndex: classAt(world, uniformOf(seed, 3, index)),
      liar: uniformOf(seed, 4, index) < liars,
    };
    // Between one and 2 × mean − 1 times.
    const times = 1 + Math.floor(uniformOf(seed, 5, index) * (2 * fetches - 1));
    const late = device.classIndex >= world.classes.length - lateClasses;
    for (let time = 0; time < times; time += 1) {
      const point = uniformOf(seed, 6, index, time);
      events.push({ device, atMs: Math.floor(startMs + durationMs * (late ? (1 + point) / 2 : point)) });
    }
  }
  events.sort((a, b) => a.atMs - b.atMs || a.device.index - b.device.index);
  return events.map((event, session) => ({ ...event, session }));
}

function classAt(world: World, point: number): number {
  let left = point;
  for (const each of world.classes) {
    left -= each.share;
    if (left < 0) return each.index;
  }
  return world.classes.length - 1;
}
