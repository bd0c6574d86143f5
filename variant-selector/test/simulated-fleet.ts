// A small fleet with a known truth, for tests of models and policy: devices that run what they are served and report
// latencies with a heavy-tailed, autocorrelated noise. Seeded; no HTTP, no databases.

import {
  type DeviceFeatures,
  deviceClass,
  deviceFeaturesSchema,
  type LibraryName,
  type ProgramNode,
  type Variant,
} from '@everypath/schema';
import { median } from 'simple-statistics';
import { isaRanks } from '../src/model/cold-prior.ts';
import { fitModels } from '../src/model/fit.ts';
import type { Observation, SizeObservation } from '../src/model/observation.ts';
import type { Answer, Knowledge } from '../src/policy/decision.ts';
import { viewOf } from '../src/policy/eligible.ts';
import { DEFAULT_POLICY, type PolicyOptions } from '../src/policy/options.ts';
import { Policy } from '../src/policy/policy.ts';
import { keyedRandom, normal, type Random } from '../src/random.ts';
import type { FunctionEntry, Program } from '../src/registry/function-entry.ts';

/** Per node: operator variant to its true latency in ns on the reference device, with what it needs. */
export type Truth = readonly Readonly<
  Record<string, { readonly ns: number; readonly isa?: Variant['isaLevel']; readonly library?: LibraryName }>
>[];

export const device = (overrides: Partial<DeviceFeatures> = {}): DeviceFeatures =>
  deviceFeaturesSchema.parse({
    target: 'linux-x86_64',
    isaLevel: 'x86-64-v3',
    microarchitecture: 'zen3',
    model: 'ryzen 5800x',
    ...overrides,
  });

const LEVELS: readonly Variant['isaLevel'][] = ['x86-64', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4'];

function librariesIn(truth: Truth, path: readonly string[]): Pick<Variant, 'libraries'> {
  const libraries = path.flatMap((name, node) => truth[node]![name]!.library ?? []);
  return libraries.length > 0 ? { libraries: [...new Set(libraries)] } : {};
}

/** A published function whose variants are all paths through the truth. */
export function functionOf(
  tag: string,
  truth: Truth,
  target: Variant['target'] = 'linux-x86_64',
): FunctionEntry {
  const nodes: ProgramNode[] = truth.map((_, index) => ({
    index,
    operator: `op${index}`,
    specialization: 'float32_2',
    label: `op${index}`,
    line: index + 1,
    features: ['n'],
  }));
  let paths: { readonly path: string[]; readonly isa: Variant['isaLevel'] }[] = [{ path: [], isa: 'x86-64' }];
  for (const node of truth) {
    paths = paths.flatMap(({ path, isa }) =>
      Object.entries(node).map(([name, { isa: needs = 'x86-64' }]) => ({
        path: [...path, name],
        isa: LEVELS.indexOf(needs) > LEVELS.indexOf(isa) ? needs : isa,
      })),
    );
  }
  const variants = paths.map(
    ({ path, isa }, index): Variant => ({
      id: index.toString(16).padStart(16, '0'),
      target,
      path,
      isaLevel: isa,
      sha256: index.toString(16).padStart(64, '0'),
      sizeBytes: 4096,
      proof: { how: 'executed', by: 'test', cases: 1, worst: 0 },
      ...librariesIn(truth, path),
    }),
  );
  const signature = { parameters: [], result: { kind: 'none' as const } };
  return {
    tag,
    revision: 1,
    description: '',
    file: 'f.py',
    source: '',
    signature,
    nodes,
    irText: '',
    irHash: '',
    toolchain: 'test',
    publishedAtMs: 0,
    updatedAtMs: 0,
    variants,
    programs: new Map(
      variants.map((variant): [string, Program] => [variant.id, { tag, variant, nodes, signature }]),
    ),
    overrides: [],
  };
}

export interface FleetOptions {
  readonly seed: string;
  readonly truth: Truth;
  /** Standard deviation, in log space, of what a session adds to everything it measures. */
  readonly sessionNoise?: number;
  /** What a device reports in place of the honest figure. */
  readonly lie?: (deviceId: string, operatorVariant: string, ns: number) => number;
  readonly policy?: Partial<PolicyOptions>;
  readonly size?: number;
  /** Busy neighbours: while one is there, whole sessions are slower by its factor. */
  readonly bursts?: {
    /** Of all sessions. */
    readonly share: number;
    /** Mean length, in sessions. */
    readonly sessions: number;
    readonly factors: readonly [number, number];
  };
  /** False: sessions are condensed before anyone can tell them apart. */
  readonly moments?: boolean;
}

/** Serves, runs and fits in turn. */
export class SimulatedFleet {
  readonly entry: FunctionEntry;
  readonly policy: Policy;
  readonly #options: FleetOptions;
  readonly #random: Random;
  readonly #sessions: Observation[] = [];
  /** Log factor of the neighbour that is there now, if any. */
  #burst = 0;
  #count = 0;
  knowledge: Knowledge;

  constructor(options: FleetOptions, entry = functionOf('@test/simulated', options.truth)) {
    this.#options = options;
    this.#random = keyedRandom(options.seed);
    this.entry = entry;
    this.policy = new Policy({ ...DEFAULT_POLICY, ...options.policy }, options.seed);
    this.knowledge = { models: fitModels([], [], this.ranks), ranks: this.ranks, generation: 0 };
  }

  get ranks() {
    return isaRanks([this.entry]);
  }

  fetch(features: DeviceFeatures, deviceId: string): Answer {
    return this.policy.decide(this.entry, this.knowledge, {
      device: viewOf(features),
      deviceId,
      explore: true,
      bench: false,
    });
  }

  /** True latency of a variant. */
  trueNs(variant: Variant): number {
    return variant.path.reduce((sum, name, index) => sum + this.#options.truth[index]![name]!.ns, 0);
  }

  get fastestNs(): number {
    return Math.min(...this.entry.variants.map((variant) => this.trueNs(variant)));
  }

  /** Runs what was served and stores the telemetry of one session, unless its cause keeps it out. */
  run(features: DeviceFeatures, deviceId: string, answer: Answer, samples = 32): void {
    if (answer.cause !== 'auto' && answer.cause !== 'explore') return;
    const { seed, truth, sessionNoise = 0.04, lie, size = 1000 } = this.#options;
    // Same device, same bias; same session, same moment of the machine.
    const bias = 0.05 * normal(keyedRandom(`${seed} ${deviceId}`));
    const moment = sessionNoise * normal(this.#random) + this.#neighbour();
    const session = String(this.#count);
    this.#count += 1;
    const record = (
      operator: string,
      specialization: string,
      name: string,
      ns: number,
      sizes: number[],
    ): void => {
      const latencies = Array.from({ length: samples }, () => Math.log(ns) + bias + moment + this.#heavy());
      this.#sessions.push({
        deviceClass: deviceClass(features).at(-1)!,
        operator,
        specialization,
        operatorVariant: name,
        features: sizes,
        device: deviceId,
        logNs: median(latencies),
        samples,
        sessions: 1,
        sessionVariance: 0,
        moments: [[session, median(latencies), samples]],
      });
    };
    let total = 0;
    for (const [index, name] of answer.variant.path.entries()) {
      const honest = truth[index]![name]!.ns;
      const ns = lie?.(deviceId, name, honest) ?? honest;
      total += ns;
      record(`op${index}`, 'float32_2', name, ns, [size]);
    }
    record('everypath.call', this.entry.tag, answer.variant.id, total * 1.02 + 150, []);
  }

  /** What a busy neighbour adds to the next session: it comes and goes as a Markov chain. */
  #neighbour(): number {
    const { bursts } = this.#options;
    if (bursts === undefined) return 0;
    const leave = 1 / bursts.sessions;
    const come = (leave * bursts.share) / (1 - bursts.share);
    const [least, most] = bursts.factors;
    if (this.#burst === 0) {
      if (this.#random() < come) this.#burst = Math.log(least + (most - least) * this.#random());
    } else if (this.#random() < leave) this.#burst = 0;
    return this.#burst;
  }

  /** A sample's noise: mostly a little slower, sometimes much. */
  #heavy(): number {
    const body = Math.abs(0.03 * normal(this.#random));
    return this.#random() < 0.05 ? body + 0.7 * this.#random() : body;
  }

  fit(): void {
    const { size = 1000 } = this.#options;
    const groups = Map.groupBy(this.#sessions, (each) =>
      [each.deviceClass, each.operator, each.specialization, each.operatorVariant, each.device].join('\n'),
    );
    const observations = [...groups.values()].map((group): Observation => {
      const levels = group.map((each) => each.logNs);
      const mean = levels.reduce((sum, each) => sum + each, 0) / levels.length;
      const squares = levels.reduce((sum, each) => sum + (each - mean) ** 2, 0);
      const { moments: _, ...first } = group[0]!;
      return {
        ...first,
        ...(this.#options.moments === false ? {} : { moments: group.flatMap((each) => each.moments ?? []) }),
        logNs: median(levels),
        samples: group.reduce((sum, each) => sum + each.samples, 0),
        sessions: group.length,
        sessionVariance: group.length > 1 ? squares / (group.length - 1) : 0,
      };
    });
    const sizes = observations
      .filter((each) => each.operator !== 'everypath.call')
      .map(
        (each): SizeObservation => ({
          ...each,
          tag: this.entry.tag,
          node: Number(each.operator.slice(2)),
          features: [size],
        }),
      );
    const models = fitModels(observations, sizes, this.ranks);
    this.knowledge = { models, ranks: this.ranks, generation: this.knowledge.generation + 1 };
  }

  /** What a device of this class is served when nothing is tried. */
  served(features: DeviceFeatures): Variant {
    return this.policy.plan(this.entry, this.knowledge, viewOf(features)).plan.best.variant;
  }

  /** Served latency over the fastest, less one. */
  regret(features: DeviceFeatures): number {
    return this.trueNs(this.served(features)) / this.fastestNs - 1;
  }
}
