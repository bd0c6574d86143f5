// Notices that latencies changed (a driver, an operating system, a clock) and forgets what was measured before. For
// each operator variant in each class, the sessions in order of time are split where the cumulative sum of their
// departures from the median lies furthest from zero (Brown, Durbin & Evans 1975); under no change it is a Brownian
// bridge, whose tail is known. Departures are bounded, and no device may make up most of what came after.

import { median } from 'simple-statistics';
import type { Moment, Observation } from '../model/observation.ts';

export interface Change {
  readonly deviceClass: string;
  readonly operator: string;
  readonly specialization: string;
  readonly operatorVariant: string;
  /** When it began, as far as sessions tell. */
  readonly sinceMs: number;
  /** When there was enough to say so. */
  readonly detectedAtMs: number;
  /** Logarithm of how much slower. */
  readonly shift: number;
}

/** Departures are bounded by this many robust standard deviations: one wild session is no change. */
const MOST = 4;
/** Of the bridge: reached by chance in 2·exp(−2 · 2.6²) = 3 of a million series. */
const ALARM = 2.6;
/** Sessions looked at, the newest; and those that each side of a change must have. */
const SESSIONS = 96;
const FEWEST_BEFORE = 8;
const FEWEST_SINCE = 6;
const FEWEST_DEVICES = 4;
/** Scatter is at least this, in log space. */
const LEAST_SCALE = 0.03;
/** A change smaller than this is left to the averages. */
const LEAST_SHIFT = 0.06;

interface Timed {
  readonly atMs: number;
  readonly logNs: number;
  readonly device: string;
}

/** Leaves out the sessions from before a change. Observations that do not tell when they were made stay as they are. */
export function forgetBeforeChanges(observations: readonly Observation[]): {
  readonly observations: readonly Observation[];
  readonly changes: readonly Change[];
} {
  const groups = new Map<string, Observation[]>();
  for (const each of observations) {
    if (each.moments === undefined || each.moments[0]?.[3] === undefined) continue;
    const key = `${each.deviceClass}\n${each.operator}\n${each.specialization}\n${each.operatorVariant}\n${each.features.join()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  const changes: Change[] = [];
  const since = new Map<Observation, number>();
  for (const group of groups.values()) {
    const found = findChange(timed(group));
    if (found === null) continue;
    const { deviceClass, operator, specialization, operatorVariant } = group[0]!;
    changes.push({ deviceClass, operator, specialization, operatorVariant, ...found });
    for (const each of group) since.set(each, found.sinceMs);
  }
  if (changes.length === 0) return { observations, changes };
  return {
    observations: observations.flatMap((each) => {
      const from = since.get(each);
      return from === undefined ? [each] : newerThan(each, from);
    }),
    changes,
  };
}

const timed = (group: readonly Observation[]): readonly Timed[] =>
  group
    .flatMap(({ device, moments = [] }) => moments.map(([, logNs, , atMs = 0]) => ({ atMs, logNs, device })))
    .sort((a, b) => a.atMs - b.atMs);

/** The change in a series of sessions, the last one if there are several; or null. */
export function findChange(
  series: readonly Timed[],
): Pick<Change, 'sinceMs' | 'detectedAtMs' | 'shift'> | null {
  const split = largestSplit(series.slice(-SESSIONS));
  if (split === null) return null;
  const later = findChange(split.after);
  return later ?? split.change;
}

function largestSplit(series: readonly Timed[]) {
  const count = series.length;
  if (count < FEWEST_BEFORE + FEWEST_SINCE) return null;
  const level = median(series.map((each) => each.logNs));
  const scale = Math.max(1.4826 * median(series.map((each) => Math.abs(each.logNs - level))), LEAST_SCALE);
  const scores = series.map((each) => Math.max(-MOST, Math.min(MOST, (each.logNs - level) / scale)));
  const mean = scores.reduce((sum, each) => sum + each, 0) / count;
  let sum = 0;
  let furthest = 0;
  let at = 0;
  for (let index = 0; index < count - FEWEST_SINCE; index += 1) {
    sum += scores[index]! - mean;
    if (index + 1 < FEWEST_BEFORE || Math.abs(sum) <= furthest) continue;
    furthest = Math.abs(sum);
    at = index + 1;
  }
  if (at === 0) return null;
  const [before, after] = [series.slice(0, at), series.slice(at)];
  // The scatter within the two parts: a change must not hide itself in the scatter that it makes.
  const within = Math.sqrt(
    (squares(scores.slice(0, at)) + squares(scores.slice(at))) / Math.max(1, count - 2),
  );
  if (furthest < ALARM * Math.max(within, 0.5) * Math.sqrt(count)) return null;
  const shift = median(after.map((each) => each.logNs)) - median(before.map((each) => each.logNs));
  if (Math.abs(shift) < LEAST_SHIFT || !isShared(series, after)) return null;
  return {
    after,
    change: { sinceMs: after[0]!.atMs, detectedAtMs: after.at(-1)!.atMs, shift },
  };
}

function squares(values: readonly number[]): number {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
}

/** Whether enough devices saw what came after, where the class has them, and none is most of it. */
function isShared(series: readonly Timed[], after: readonly Timed[]): boolean {
  const known = new Set(series.map((each) => each.device)).size;
  if (known < FEWEST_DEVICES) return true;
  const counts = new Map<string, number>();
  for (const { device } of after) counts.set(device, (counts.get(device) ?? 0) + 1);
  return counts.size >= FEWEST_DEVICES && Math.max(...counts.values()) <= after.length / 2;
}

function newerThan(observation: Observation, sinceMs: number): readonly Observation[] {
  const moments = (observation.moments ?? []).filter(([, , , atMs = 0]) => atMs >= sinceMs);
  if (moments.length === 0) return [];
  if (moments.length === observation.moments?.length) return [observation];
  return [{ ...observation, ...levelOf(moments), moments }];
}

function levelOf(
  moments: readonly Moment[],
): Pick<Observation, 'logNs' | 'samples' | 'sessions' | 'sessionVariance'> {
  const levels = moments.map(([, logNs]) => logNs);
  const mean = levels.reduce((sum, each) => sum + each, 0) / levels.length;
  const squares = levels.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return {
    logNs: median(levels),
    samples: moments.reduce((sum, [, , samples]) => sum + samples, 0),
    sessions: moments.length,
    sessionVariance: levels.length > 1 ? squares / (levels.length - 1) : 0,
  };
}
