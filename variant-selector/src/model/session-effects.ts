// Takes out what a session adds to everything it measures. A busy neighbour slows all nodes of a session down
// together, by up to a factor of two and for seconds: log latency = cell (operator variant at one size in one class) +
// effect of the session + noise. Nodes that other sessions measured as well identify the effect. Where nothing does,
// a session that lies above the others of its cell counts for less, in so far as such slowness is seen anywhere.
// Alternates between cells and sessions, each seen without the other's own word, as in loopy belief propagation.

import { WHOLE_CALL_OPERATOR } from '@everypath/schema';
import { condense, type Entry } from './calm-observation.ts';
import { sizeKey } from './family.ts';
import type { Observation } from './observation.ts';
import { robustLocation } from './robust.ts';
import { effectOf, type Mood, startingMood, updateMood } from './session-mood.ts';

/** More change figures by less than a thousandth. */
const ROUNDS = 10;
/** Standard deviation between devices of a class, for one that others measured too: bounds what one device says. */
const DEVICE_VARIANCE = 0.06 ** 2;
/** Of a node's latency in a session, around cell and effect; estimated from sessions of several nodes. */
const STARTING_NOISE = 0.04 ** 2;
const LEAST_NOISE = 0.012 ** 2;
const MOST_NOISE = 0.15 ** 2;
/** A session of this few samples has twice the variance of one with many. */
const HALF_SAMPLES = 8;
/** A timer's own error. */
const TIMER_NS = 15;
/**
 * Neighbours slow a session by 1.3 to 2.2 times. A node further off than that is likelier so by itself (one took 3.4 times
 * as long in two sessions, the others what they always take): it tells less of the session, unless the others say the same.
 */
const MOST_COMMON = Math.log(2.2);
/** Residuals beyond this many standard deviations are weighed down (Huber 1964). */
const HUBER = 2.5;

interface Device {
  readonly entries: readonly Entry[];
  /** What this device alone says of the cell. */
  mean: number;
  precision: number;
}

interface Cell {
  readonly devices: readonly Device[];
}

/**
 * Observations as they would have been without the sessions' effects. Those that do not tell their sessions apart
 * stay as they are.
 */
export function withoutSessionEffects(observations: readonly Observation[]): readonly Observation[] {
  const entries: Entry[] = [];
  const byObservation = new Map<Observation, readonly Entry[]>();
  for (const observation of observations) {
    if (observation.moments === undefined || observation.moments.length === 0) continue;
    const whole = observation.operator === WHOLE_CALL_OPERATOR;
    const own = observation.moments.map(
      ([session, logNs, samples]): Entry => ({
        session: `${observation.deviceClass}\n${observation.device}\n${session}`,
        whole,
        logNs,
        samples,
        roughness: 1 + HALF_SAMPLES / samples,
        timer: (TIMER_NS * Math.exp(-logNs)) ** 2,
        noise: 0,
        expected: 0,
        doubt: Number.POSITIVE_INFINITY,
        level: logNs,
        precision: 1,
        hidden: 0,
        part: 0,
      }),
    );
    byObservation.set(observation, own);
    for (const entry of own) entries.push(entry);
  }
  if (entries.length === 0) return observations;
  const cells = [...Map.groupBy(byObservation, ([each]) => cellKey(each)).values()].map((each) =>
    toCell(each.map(([, own]) => own)),
  );
  const sessions = [...Map.groupBy(entries, (entry) => entry.session).values()];
  let noise = STARTING_NOISE;
  let mood: Mood = startingMood;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const entry of entries) entry.noise = noise * entry.roughness + entry.timer;
    if (round === 0) for (const cell of cells) startLow(cell);
    else for (const cell of cells) settle(cell);
    const scores: number[] = [];
    const effects = sessions.map((own) => weigh(own, mood, scores));
    mood = updateMood(effects.filter((effect) => effect !== null));
    noise = rescale(noise, scores);
  }
  return observations.map((observation) => {
    const own = byObservation.get(observation);
    return own === undefined ? observation : condense(observation, own, noise + mood.variance);
  });
}

const cellKey = (each: Observation): string =>
  `${each.deviceClass}\n${each.operator}\n${each.specialization}\n${each.operatorVariant}\n${sizeKey(each.features)}`;

const toCell = (perDevice: readonly (readonly Entry[])[]): Cell => ({
  devices: perDevice.map((entries) => ({ entries, mean: 0, precision: 0 })),
});

/**
 * Slowness is one-sided, so that the first guess is low: the lower quartile of the devices' lower quartiles. With
 * three and more devices it is never the lowest one's word alone.
 */
function startLow(cell: Cell): void {
  const lows = cell.devices.map((device) => lowerQuartile(device.entries.map((entry) => entry.logNs)));
  const low = lows.length < 3 ? lowerQuartile(lows) : lows.sort((a, b) => a - b)[Math.ceil(lows.length / 4)]!;
  const count = cell.devices.reduce((sum, device) => sum + device.entries.length, 0);
  for (const device of cell.devices) {
    for (const entry of device.entries) {
      entry.expected = low;
      // A cell that no other session measured says nothing of this one.
      entry.doubt = count === 1 ? Number.POSITIVE_INFINITY : entry.noise / Math.min(count - 1, 4);
    }
  }
}

const lowerQuartile = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 4)]!;

/** Tells each entry what the rest of its cell makes of it. */
function settle(cell: Cell): void {
  const between = cell.devices.length > 1 ? DEVICE_VARIANCE : 0;
  for (const device of cell.devices) {
    device.precision = 0;
    device.mean = 0;
    for (const entry of device.entries) {
      device.precision += entry.precision;
      device.mean += entry.precision * entry.level;
    }
    device.mean /= device.precision;
  }
  const whole = robustLocation(
    cell.devices.map(({ mean, precision }) => ({ mean, variance: 1 / precision + between })),
  );
  const total = 1 / whole.variance;
  for (const device of cell.devices) {
    const bounded = Math.min(1 / (1 / device.precision + between), total);
    for (const entry of device.entries) {
      const rest = device.precision - entry.precision;
      const alone = rest <= 1e-9 * device.precision;
      const mean = alone ? 0 : (device.precision * device.mean - entry.precision * entry.level) / rest;
      const own = alone ? 0 : 1 / (1 / rest + between);
      const precision = total - bounded + own;
      if (precision <= 1e-9 * total) {
        entry.doubt = Number.POSITIVE_INFINITY;
        continue;
      }
      entry.expected = (total * whole.mean - bounded * device.mean + own * mean) / precision;
      entry.doubt = 1 / precision;
    }
  }
}

/** Tells each entry what the rest of its session makes of it; gives what the session is like, if anything tells. */
function weigh(own: readonly Entry[], mood: Mood, scores: number[]): ReturnType<typeof effectOf> | null {
  const nodes = own.filter((entry) => !entry.whole);
  const telling = (nodes.length > 0 ? nodes : own).filter((entry) => Number.isFinite(entry.doubt));
  const residual = (entry: Entry): number => entry.logNs - entry.expected;
  const varianceOf = (entry: Entry): number =>
    entry.noise + entry.doubt + Math.max(0, Math.abs(residual(entry)) - MOST_COMMON) ** 2;
  const center = telling.length < 3 ? null : weightedMedian(telling, residual, varianceOf);
  let precision = 0;
  let moment = 0;
  for (const entry of own) entry.part = 0;
  for (const entry of telling) {
    const variance = varianceOf(entry);
    const score = center === null ? 0 : Math.abs(residual(entry) - center) / Math.sqrt(variance);
    const part = (score > HUBER ? HUBER / score : 1) / variance;
    entry.part = part;
    precision += part;
    moment += part * residual(entry);
  }
  const effect =
    precision === 0 ? null : effectOf({ mean: moment / precision, variance: 1 / precision }, mood);
  for (const entry of own) {
    const { part } = entry;
    const rest = precision - part;
    const others =
      rest <= 1e-9 * precision
        ? null
        : { mean: (moment - part * residual(entry)) / rest, variance: 1 / rest };
    // The kind of session is told by all of its nodes, its effect on this one by the others alone.
    const kinds = effect?.kinds ?? mood.shares;
    let weight = 0;
    let sum = 0;
    for (let index = 0; index < 3; index += 1) {
      const kind = mood.kinds[index]!;
      const gain = others === null ? 0 : kind.variance / (kind.variance + others.variance);
      const mean = others === null ? kind.mean : kind.mean + gain * (others.mean - kind.mean);
      const each = kinds[index]! / (entry.noise + kind.variance * (1 - gain) + (kind.uneven * mean) ** 2);
      weight += each;
      sum += each * (entry.logNs - mean);
    }
    entry.level = sum / weight;
    entry.precision = weight;
    const { variance: slowness } = mood.kinds[1];
    entry.hidden = mood.shares[1] * (others === null ? 1 : others.variance / (slowness + others.variance));
    if (others !== null && effect !== null && part > 0) {
      const variance = entry.noise + entry.doubt + others.variance;
      scores.push((residual(entry) - others.mean) ** 2 / variance);
    }
  }
  return effect;
}

function weightedMedian(
  entries: readonly Entry[],
  value: (entry: Entry) => number,
  varianceOf: (entry: Entry) => number,
): number {
  const sorted = entries
    .map((entry) => ({ at: value(entry), weight: 1 / varianceOf(entry) }))
    .sort((a, b) => a.at - b.at);
  let left = sorted.reduce((sum, each) => sum + each.weight, 0) / 2;
  for (const each of sorted) {
    left -= each.weight;
    if (left <= 0) return each.at;
  }
  return sorted.at(-1)!.at;
}

const SCORES_ENOUGH = 16;
const SCORES_SORTED = 4096;
/** Median of a squared standard normal number. */
const MEDIAN_SQUARE = 0.455;

/** The noise that the nodes of sessions show against each other. */
function rescale(noise: number, scores: readonly number[]): number {
  if (scores.length < SCORES_ENOUGH) return noise;
  const step = Math.ceil(scores.length / SCORES_SORTED);
  const sorted = Float64Array.from(scores.filter((_, index) => index % step === 0)).sort();
  const factor = sorted[Math.floor(sorted.length / 2)]! / MEDIAN_SQUARE;
  return Math.min(Math.max(noise * Math.min(Math.max(factor, 0.5), 2), LEAST_NOISE), MOST_NOISE);
}
