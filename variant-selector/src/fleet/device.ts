// One simulated device: its own bias, the state of its machine from session to session, whether it lies, and what it
// reports of a run. Nothing here knows how it is served.

import type { Variant } from '@everypath/schema';
import { keyedRandom, normal, type Random } from '../random.ts';
import {
  AUTOCORRELATION,
  COLD_SAMPLE,
  DEVICE_EFFECT,
  INTERRUPTED_SAMPLE,
  quantile,
  ROUTINE_EFFECT,
  RUN_SPREAD,
  SLOWED_SESSIONS,
  slowedBy,
  uniformOf,
} from './noise.ts';
import type { World } from './world.ts';

export interface SimulatedDevice {
  readonly index: number;
  readonly id: string;
  readonly classIndex: number;
  readonly liar: boolean;
}

export interface Measured {
  /** Node number, or -1 for the whole call. */
  readonly node: number;
  readonly samplesNs: readonly number[];
}

export const SAMPLES = 8;
/** What liars agree on: the class's best looks slow, everything clearly slower looks fast. */
const LIE = { slower: 3, faster: 1 / 5, from: 1.25 };

/** What the device reports of one session with a variant. `session` counts over the fleet. */
export function runSession(
  world: World,
  seed: number,
  device: SimulatedDevice,
  variant: Variant,
  session: number,
  atMs: number,
): readonly Measured[] {
  const random = keyedRandom(`${seed} session ${session}`);
  const bias = quantile(DEVICE_EFFECT, uniformOf(seed, 1, device.index));
  const slowed = random() < SLOWED_SESSIONS ? slowedBy(random) : 0;
  const spread = quantile(RUN_SPREAD, random());
  const common = bias + slowed + 0.02 * normal(random);
  const measured: Measured[] = [];
  const totals = new Array<number>(SAMPLES).fill(0);
  const trueNodes: number[] = [];
  for (const [node, name] of variant.path.entries()) {
    const ns = world.nodeNs(device.classIndex, node, name, atMs);
    trueNodes.push(ns);
    const routine = quantile(
      ROUTINE_EFFECT,
      uniformOf(seed, 2, device.index, node, Number(name.replace(/\D/g, ''))),
    );
    const samples = sampleRun(Math.log(ns) + common + routine, Math.max(spread, 0.01), random);
    for (const [index, each] of samples.entries()) totals[index]! += each;
    measured.push({ node, samplesNs: samples });
  }
  const sum = trueNodes.reduce((total, each) => total + each, 0);
  const beyond = world.callNs(device.classIndex, variant, atMs) / sum;
  measured.push({ node: -1, samplesNs: totals.map((total) => total * beyond) });
  return device.liar ? lie(world, device, variant, measured, atMs) : measured;
}

/** Autocorrelated samples with a heavy upper tail. */
function sampleRun(logNs: number, spread: number, random: Random): readonly number[] {
  let state = normal(random);
  return Array.from({ length: SAMPLES }, (_, index) => {
    state = AUTOCORRELATION * state + Math.sqrt(1 - AUTOCORRELATION ** 2) * normal(random);
    let log = logNs + spread * state;
    if (random() < INTERRUPTED_SAMPLE) log += Math.log(5) * random();
    if (index === 0 && random() < COLD_SAMPLE) log += Math.log(3) * random();
    return Math.exp(log);
  });
}

function lie(
  world: World,
  device: SimulatedDevice,
  variant: Variant,
  measured: readonly Measured[],
  atMs: number,
): readonly Measured[] {
  const best = world.champion(device.classIndex, atMs).variant;
  const factor = measured.map(({ node }): number => {
    if (node < 0) return 1;
    const own = world.nodeNs(device.classIndex, node, variant.path[node]!, atMs);
    const fastest = world.nodeNs(device.classIndex, node, best.path[node]!, atMs);
    return own > LIE.from * fastest ? LIE.faster : LIE.slower;
  });
  const told = measured.map(({ node, samplesNs }, index) => ({
    node,
    samplesNs: samplesNs.map((each) => each * factor[index]!),
  }));
  // The whole call is made to fit.
  const nodes = told.filter(({ node }) => node >= 0);
  return told.map((each) =>
    each.node >= 0
      ? each
      : {
          node: -1,
          samplesNs: each.samplesNs.map((_, at) => nodes.reduce((sum, one) => sum + one.samplesNs[at]!, 150)),
        },
  );
}
