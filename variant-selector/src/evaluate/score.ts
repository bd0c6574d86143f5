// From plays to figures: geometric-mean and p95 regret, exact picks, gap closed, the cost of exploring; each with an
// interval from resampling devices, for a device's problems are no independent evidence.

import { quantileSorted } from 'simple-statistics';
import { keyedRandom } from '../random.ts';
import { type FoldOutcome, type Game, LEVELS } from './simulate.ts';

export type Interval = readonly [low: number, high: number];

export interface PolicyResult {
  readonly policy: string;
  readonly probes: number;
  /** Geometric mean over problems of chosen latency over best latency. */
  readonly gmRegret: number;
  readonly p95Regret: number;
  /** Share of problems where the chosen variant is as fast as the best. */
  readonly exact: number;
  /** (SBS − chosen) / (SBS − VBS), in mean log latency; null where SBS is already the best. */
  readonly gapClosed: number | null;
  /** Mean latency ratio of a problem's probes, geometric mean over problems; 1 without probes. */
  readonly explorationCost: number;
  /** 95 %, resampling devices. */
  readonly intervals: {
    readonly gmRegret: Interval;
    readonly exact: Interval;
    readonly gapClosed: Interval | null;
    readonly explorationCost: Interval;
  };
}

export interface Calibration {
  readonly probes: number;
  readonly intervals: number;
  readonly coverage: Readonly<Record<string, number>>;
}

const RESAMPLES = 500;
/** Closer than this to the best is the best: a thousandth. */
const TIE = 1e-3;

interface Sums {
  readonly plays: Float64Array;
  readonly regret: Float64Array;
  readonly exact: Float64Array;
  readonly exploration: Float64Array;
}

export function scorePolicies(folds: readonly FoldOutcome[], game: Game): readonly PolicyResult[] {
  const devices = new Map<number, number>();
  for (const fold of folds)
    for (const device of fold.device) if (!devices.has(device)) devices.set(device, devices.size);
  const count = devices.size;
  const width = game.policies.length * game.probes.length;
  const sumsAt = (column: number): Sums & { readonly all: Float64Array } => {
    const sums = {
      plays: new Float64Array(count),
      regret: new Float64Array(count),
      exact: new Float64Array(count),
      exploration: new Float64Array(count),
    };
    const all: number[] = [];
    for (const fold of folds) {
      for (const [play, device] of fold.device.entries()) {
        const at = devices.get(device)!;
        const regret = fold.regret[play * width + column]!;
        sums.plays[at]! += 1;
        sums.regret[at]! += regret;
        sums.exact[at]! += regret < TIE ? 1 : 0;
        sums.exploration[at]! += Math.log(fold.exploration[play * width + column]!);
        all.push(regret);
      }
    }
    return { ...sums, all: Float64Array.from(all).sort() };
  };
  const sbsAt = game.policies.indexOf('sbs');
  const random = keyedRandom(`${game.seed}\nresamples`);
  const resamples = Array.from({ length: RESAMPLES }, () =>
    Array.from({ length: count }, () => Math.floor(random() * count)),
  );
  const results: PolicyResult[] = [];
  for (const [p, policy] of game.policies.entries()) {
    for (const [k, probes] of game.probes.entries()) {
      const own = sumsAt(p * game.probes.length + k);
      const sbs = sbsAt < 0 ? null : sumsAt(sbsAt * game.probes.length + k);
      const figures = (pick: readonly number[] | null) => {
        const total = (values: Float64Array): number => {
          let sum = 0;
          if (pick === null) for (const value of values) sum += value;
          else for (const device of pick) sum += values[device]!;
          return sum;
        };
        const plays = total(own.plays);
        const chosen = total(own.regret) / plays;
        const gap = sbs === null ? 0 : total(sbs.regret) / plays;
        return {
          gmRegret: Math.exp(chosen),
          exact: total(own.exact) / plays,
          gapClosed: gap > 1e-9 ? (gap - chosen) / gap : null,
          explorationCost: Math.exp(total(own.exploration) / plays),
        };
      };
      const drawn = resamples.map(figures);
      const interval = (values: readonly number[]): Interval => {
        const sorted = [...values].sort((a, b) => a - b);
        return [quantileSorted(sorted, 0.025), quantileSorted(sorted, 0.975)];
      };
      const gaps = drawn.flatMap((each) => (each.gapClosed === null ? [] : [each.gapClosed]));
      results.push({
        policy,
        probes,
        ...figures(null),
        p95Regret: Math.exp(quantileSorted(own.all as unknown as number[], 0.95)),
        intervals: {
          gmRegret: interval(drawn.map((each) => each.gmRegret)),
          exact: interval(drawn.map((each) => each.exact)),
          gapClosed: gaps.length === 0 ? null : interval(gaps),
          explorationCost: interval(drawn.map((each) => each.explorationCost)),
        },
      });
    }
  }
  return results;
}

/** How often the product's intervals held the truth, by how much it had measured. */
export function scoreCalibration(
  folds: readonly FoldOutcome[],
  probes: readonly number[],
): readonly Calibration[] {
  return probes.map((count, at) => {
    let intervals = 0;
    const covered = LEVELS.map(() => 0);
    for (const fold of folds) {
      intervals += fold.intervals[at]!;
      for (const level of LEVELS.keys()) covered[level]! += fold.covered[at * LEVELS.length + level]!;
    }
    return {
      probes: count,
      intervals,
      coverage: Object.fromEntries(
        LEVELS.map((level, index) => [level, covered[index]! / Math.max(intervals, 1)]),
      ),
    };
  });
}
