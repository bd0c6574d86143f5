// The truth of a simulated fleet: device classes, one function with its variants, what each takes on each class, and
// when that changes. Spreads follow data measured by others, named where they stand. Determined by its seed.

import {
  type DeviceFeatures,
  deviceClass,
  deviceFeaturesSchema,
  deviceRuns,
  type IsaLevel,
  type ProgramNode,
  type TargetName,
  type Variant,
} from '@everypath/schema';
import { keyedRandom, normal } from '../random.ts';

/** Standard deviations, in log space, of an operator variant against the others of its node. */
const SPREAD = {
  /**
   * Everywhere. Measured between variants of one routine: 0.48 on 12 RISC-V cores (rvv-bench-results @ 91f720dc),
   * 0.34 on 260 boards (sbc-bench @ 53f79517), 0.40 on 9 GPUs (MIOpen find-db @ 2d1fd997).
   */
  main: 0.4,
  /** Between devices: 0.38, 0.21 and 0.60 there (root mean square); here 0.36, split along the hierarchy. */
  levels: [0.2, 0.15, 0.22, 0.14],
  /** A path against the sum of its nodes. */
  path: 0.015,
} as const;
/** What a call takes outside its nodes. */
const OVERHEAD = { share: 0.03, ns: 150 };

export interface SimulatedClass {
  readonly index: number;
  readonly device: DeviceFeatures;
  readonly name: string;
  /** Share of the fleet. */
  readonly share: number;
}

export interface Drift {
  readonly atMs: number;
  /** Class that changes, by index. */
  readonly classIndex: number;
  readonly node: number;
  readonly operatorVariant: string;
  /** What its latency is multiplied with from then on. */
  readonly factor: number;
}

export interface World {
  readonly tag: string;
  readonly classes: readonly SimulatedClass[];
  readonly nodes: readonly ProgramNode[];
  readonly variants: readonly Variant[];
  /** Latency of one node in ns. */
  nodeNs(classIndex: number, node: number, operatorVariant: string, atMs: number): number;
  /** Latency of the whole call in ns. */
  callNs(classIndex: number, variant: Variant, atMs: number): number;
  /** Variants that the class can run. */
  eligible(classIndex: number): readonly Variant[];
  /** The fastest of them. */
  champion(classIndex: number, atMs: number): { readonly variant: Variant; readonly ns: number };
}

export interface WorldOptions {
  readonly seed: string;
  readonly classes: number;
  readonly variants: number;
  readonly drifts?: readonly Drift[];
}

const MICROS: readonly (readonly [TargetName, IsaLevel, string])[] = [
  ['linux-x86_64', 'x86-64-v3', 'zen3'],
  ['linux-x86_64', 'x86-64-v3', 'skylake'],
  ['linux-x86_64', 'x86-64-v4', 'sapphire-rapids'],
  ['linux-x86_64', 'x86-64-v2', 'goldmont'],
  ['android-arm64', 'armv8.2-a', 'cortex-a76'],
  ['android-arm64', 'armv8-a', 'cortex-a53'],
  ['android-arm64', 'armv8.6-a', 'cortex-x3'],
  ['linux-x86_64', 'x86-64-v4', 'zen5'],
];
/** The largest class has this many times the devices of the k-th, k to this power. */
const POPULARITY = 0.6;
const TAG = '@fleet/simulated';

/** Makes the world that belongs to the options. */
export function createWorld(options: WorldOptions): World {
  const { seed } = options;
  const classes = makeClasses(options.classes);
  const counts = nodeCounts(options.variants);
  const nodes = counts.map(
    (_, index): ProgramNode => ({
      index,
      operator: `simulated.op${index}`,
      specialization: 'float32_2',
      label: `op${index}`,
      line: index + 1,
      features: ['n'],
    }),
  );
  const variants = makeVariants(options, counts, classes);
  const drifts = options.drifts ?? [];

  // Chance by name: the same operator variant differs by the same amount wherever it is asked for.
  const departures = new Map<string, number>();
  const departure = (key: string, sd: number): number => {
    let value = departures.get(key);
    if (value === undefined) {
      value = sd * normal(keyedRandom(`${seed}\n${key}`));
      departures.set(key, value);
    }
    return value;
  };
  const truth = new Map<string, number>();
  const stableLogNs = (classIndex: number, node: number, name: string): number => {
    const key = `${classIndex} ${node} ${name}`;
    let value = truth.get(key);
    if (value === undefined) {
      value = 10 + departure(`node ${node}`, 0.8) + departure(`main ${node} ${name}`, SPREAD.main);
      for (const [depth, cell] of deviceClass(classes[classIndex]!.device).entries()) {
        value += departure(`speed ${cell}`, [0, 0.2, 0.4, 0.15][depth] ?? 0);
        value += departure(`level ${cell} ${node} ${name}`, SPREAD.levels[depth] ?? 0);
      }
      truth.set(key, value);
    }
    return value;
  };
  const nodeNs: World['nodeNs'] = (classIndex, node, name, atMs) => {
    let ns = Math.exp(stableLogNs(classIndex, node, name));
    for (const drift of drifts) {
      const hit = drift.classIndex === classIndex && drift.node === node && drift.operatorVariant === name;
      if (hit && atMs >= drift.atMs) ns *= drift.factor;
    }
    return ns;
  };
  const callNs: World['callNs'] = (classIndex, variant, atMs) => {
    let sum = 0;
    for (const [node, name] of variant.path.entries()) sum += nodeNs(classIndex, node, name, atMs);
    const own = Math.exp(departure(`path ${variant.path.join(' ')}`, SPREAD.path));
    return sum * (1 + OVERHEAD.share) * own + OVERHEAD.ns;
  };
  const eligibleOf = classes.map(({ device }) =>
    variants.filter((variant) => variant.target === device.target && deviceRuns(device, variant)),
  );
  const champions = new Map<string, { readonly variant: Variant; readonly ns: number }>();
  return {
    tag: TAG,
    classes,
    nodes,
    variants,
    nodeNs,
    callNs,
    eligible: (classIndex) => eligibleOf[classIndex]!,
    champion: (classIndex, atMs) => {
      const changes = drifts.filter((drift) => drift.classIndex === classIndex && drift.atMs <= atMs).length;
      const key = `${classIndex} ${changes}`;
      let found = champions.get(key);
      if (found === undefined) {
        for (const variant of eligibleOf[classIndex]!) {
          const ns = callNs(classIndex, variant, atMs);
          if (found === undefined || ns < found.ns) found = { variant, ns };
        }
        champions.set(key, found!);
      }
      return found!;
    },
  };
}

function makeClasses(count: number): readonly SimulatedClass[] {
  const weights = Array.from({ length: count }, (_, index) => (index + 1) ** -POPULARITY);
  const total = weights.reduce((sum, each) => sum + each, 0);
  return weights.map((weight, index) => {
    const [target, isaLevel, micro] = MICROS[index % MICROS.length]!;
    const device = deviceFeaturesSchema.parse({
      target,
      isaLevel,
      microarchitecture: micro,
      model: `${micro} ${Math.floor(index / MICROS.length) + 1}`,
      cores: 4 + (index % 5) * 2,
      runtime: 'simulated',
    });
    return { index, device, name: deviceClass(device).at(-1)!, share: weight / total };
  });
}

/** Three nodes whose numbers of operator variants multiply to about the wanted number of paths. */
function nodeCounts(variants: number): readonly number[] {
  const first = Math.max(1, Math.round(Math.cbrt(variants) * 0.75));
  const second = Math.max(1, Math.round(Math.sqrt(variants / first) * 0.85));
  return [first, second, Math.max(1, Math.round(variants / first / second))];
}

/** For each target all paths; one operator variant in three needs more than the baseline. */
function makeVariants(
  { seed }: WorldOptions,
  counts: readonly number[],
  classes: readonly SimulatedClass[],
): readonly Variant[] {
  const targets = [...new Set(classes.map(({ device }) => device.target))];
  let paths: (readonly number[])[] = [[]];
  for (const count of counts)
    paths = paths.flatMap((path) => Array.from({ length: count }, (_, choice) => [...path, choice]));
  const named = keyedRandom(`${seed}\nids`);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(16 * named()).toString(16)).join('');
  return targets.flatMap((target) =>
    paths.map((path): Variant => {
      const above = path.some((choice) => choice % 3 === 2);
      const [low, high]: readonly [IsaLevel, IsaLevel] =
        target === 'linux-x86_64' ? ['x86-64', 'x86-64-v3'] : ['armv8-a', 'armv8.2-a'];
      return {
        id: hex(16),
        target,
        path: path.map((choice) => (choice % 3 === 2 ? `wide${choice}` : `base${choice}`)),
        isaLevel: above ? high : low,
        sha256: hex(64),
        sizeBytes: 8192,
        proof: { how: 'executed', by: 'simulation', cases: 1, worst: 0 },
      };
    }),
  );
}
