// What the product's policy is held against: simple policies on the same devices, fetches and noise. Each treats a
// variant as one arm of its class, learns at once from what its own choices are reported to take, and knows no operators.

import type { Variant } from '@everypath/schema';
import { median } from 'simple-statistics';
import { keyedRandom, normal, type Random } from '../random.ts';
import { runSession } from './device.ts';
import type { FetchEvent } from './schedule.ts';
import type { World } from './world.ts';

export interface Baseline {
  readonly name: string;
  choose(event: FetchEvent): Variant;
  learn?(event: FetchEvent, variant: Variant, logNs: number): void;
}

const EPSILON = 0.1;
/** Plain Thompson sampling's belief about an arm, in log space around the class's first figure. */
const PRIOR = { sd: 0.5, noise: 0.15 };

interface Arm {
  count: number;
  mean: number;
}

/** All baselines for a world. */
export function createBaselines(world: World, seed: string): readonly Baseline[] {
  return [
    random(world, keyedRandom(`${seed} random`)),
    staticBest(world),
    nearestClass(world),
    epsilonGreedy(world, keyedRandom(`${seed} epsilon`)),
    thompson(world, keyedRandom(`${seed} thompson`)),
  ];
}

/** What a baseline serves on all fetches, in order. */
export function runBaseline(
  world: World,
  seed: number,
  baseline: Baseline,
  events: readonly FetchEvent[],
): readonly Variant[] {
  return events.map((event) => {
    const variant = baseline.choose(event);
    if (baseline.learn !== undefined) {
      const measured = runSession(world, seed, event.device, variant, event.session, event.atMs);
      baseline.learn(event, variant, Math.log(median([...measured.at(-1)!.samplesNs])));
    }
    return variant;
  });
}

const pick = (variants: readonly Variant[], random: Random): Variant =>
  variants[Math.floor(random() * variants.length)]!;

const random = (world: World, chance: Random): Baseline => ({
  name: 'random',
  choose: ({ device }) => pick(world.eligible(device.classIndex), chance),
});

/** The single variant of each target and level that is best on average over the fleet: it is told the truth. */
function staticBest(world: World): Baseline {
  const chosen = world.classes.map(({ index }) => {
    const own = world.eligible(index);
    const ids = new Set(own.map((variant) => variant.id));
    const alike = world.classes.filter((each) =>
      world.eligible(each.index).some((variant) => ids.has(variant.id)),
    );
    let best: { readonly variant: Variant; readonly score: number } | null = null;
    for (const variant of own) {
      let score = 0;
      for (const each of alike)
        if (world.eligible(each.index).includes(variant))
          score +=
            each.share * Math.log(world.callNs(each.index, variant, 0) / world.champion(each.index, 0).ns);
        else score += each.share * 0.5;
      if (best === null || score < best.score) best = { variant, score };
    }
    return best!.variant;
  });
  return { name: 'static-best', choose: ({ device }) => chosen[device.classIndex]! };
}

/** What is best on the class most like it: it is told the truth of that one. */
function nearestClass(world: World): Baseline {
  const common = (a: string, b: string): number => {
    const [left, right] = [a.split('/'), b.split('/')];
    let depth = 0;
    while (depth < left.length && left[depth] === right[depth]) depth += 1;
    return depth;
  };
  const chosen = world.classes.map((own) => {
    const others = world.classes.filter((each) => each !== own);
    const nearest = others.reduce((best, each) =>
      common(each.name, own.name) > common(best.name, own.name) ? each : best,
    );
    const runnable = world.eligible(own.index);
    return runnable.reduce((best, variant) =>
      world.callNs(nearest.index, variant, 0) < world.callNs(nearest.index, best, 0) ? variant : best,
    );
  });
  return { name: 'nearest-class', choose: ({ device }) => chosen[device.classIndex]! };
}

function armsOf(world: World): { arm(classIndex: number, variant: Variant): Arm } {
  const arms = world.classes.map(() => new Map<string, Arm>());
  return {
    arm: (classIndex, { id }) => {
      const own = arms[classIndex]!;
      let arm = own.get(id);
      if (arm === undefined) {
        arm = { count: 0, mean: 0 };
        own.set(id, arm);
      }
      return arm;
    },
  };
}

const update = (arm: Arm, logNs: number): void => {
  arm.count += 1;
  arm.mean += (logNs - arm.mean) / arm.count;
};

function epsilonGreedy(world: World, chance: Random): Baseline {
  const { arm } = armsOf(world);
  return {
    name: 'epsilon-greedy',
    choose: ({ device: { classIndex } }) => {
      const runnable = world.eligible(classIndex);
      if (chance() < EPSILON) return pick(runnable, chance);
      let best: Variant | null = null;
      let least = Number.POSITIVE_INFINITY;
      for (const variant of runnable) {
        const { count, mean } = arm(classIndex, variant);
        if (count === 0 || mean >= least) continue;
        best = variant;
        least = mean;
      }
      return best ?? pick(runnable, chance);
    },
    learn: ({ device }, variant, logNs) => update(arm(device.classIndex, variant), logNs),
  };
}

function thompson(world: World, chance: Random): Baseline {
  const { arm } = armsOf(world);
  const levels = new Map<number, Arm>();
  return {
    name: 'thompson',
    choose: ({ device: { classIndex } }) => {
      const level = levels.get(classIndex)?.mean ?? 0;
      let best: Variant | null = null;
      let least = Number.POSITIVE_INFINITY;
      for (const variant of world.eligible(classIndex)) {
        const { count, mean } = arm(classIndex, variant);
        const precision = 1 / PRIOR.sd ** 2 + count / PRIOR.noise ** 2;
        const center = (level / PRIOR.sd ** 2 + (count * mean) / PRIOR.noise ** 2) / precision;
        const drawn = center + normal(chance) / Math.sqrt(precision);
        if (drawn >= least) continue;
        best = variant;
        least = drawn;
      }
      return best!;
    },
    learn: ({ device }, variant, logNs) => {
      update(arm(device.classIndex, variant), logNs);
      const level = levels.get(device.classIndex) ?? { count: 0, mean: 0 };
      levels.set(device.classIndex, level);
      update(level, logNs);
    },
  };
}
