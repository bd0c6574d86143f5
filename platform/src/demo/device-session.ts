// What one device does in the demo, the same in Node and in a browser: fetch, run, report; and, for the closing table,
// open every variant there is and time them against each other. Speaks to the service over HTTP only.

import type { Client, Program, Value } from '@everypath/client';
import type { DeviceFeatures, TargetName } from '@everypath/schema';
import { measureInterleaved, median } from './interleaved-median.ts';

/** The parts of the client package that a session needs; Node's entry and the browser's both have them. */
export interface ClientLibrary {
  readonly createClient: (options: {
    readonly baseUrl: string;
    readonly deviceId: string;
    readonly features?: Partial<DeviceFeatures>;
    readonly wasm?: boolean;
    readonly cacheDir?: string;
  }) => Client;
  readonly openProgram: (
    bytes: Uint8Array<ArrayBuffer>,
    options: { readonly target: TargetName },
  ) => Promise<Program>;
}

export interface SessionSetup {
  readonly baseUrl: string;
  readonly tag: string;
  readonly target: TargetName;
  /** What replaces the detected features, to act as a smaller device. */
  readonly features?: Partial<DeviceFeatures>;
  readonly cacheDir?: string;
}

export interface Visit {
  readonly variant: string;
  readonly reason: string;
  readonly calls: number;
  readonly predictedNs: number | null;
  /** What the last call returned. */
  readonly value: Value;
}

export interface VisitOptions {
  /** A device of its own: exploration is sticky per device. */
  readonly deviceId: string;
  readonly explore: boolean;
  readonly budgetMs: number;
  readonly fewestCalls: number;
}

/** One user's visit: fetch the variant served, call it for a while, send what was measured. */
export async function visit(
  library: ClientLibrary,
  setup: SessionSetup,
  inputs: readonly Value[],
  options: VisitOptions,
): Promise<Visit> {
  const { baseUrl, tag, target, features, cacheDir } = setup;
  const client = library.createClient({
    baseUrl,
    deviceId: options.deviceId,
    wasm: target === 'wasm32',
    ...(features && { features }),
    ...(cacheDir && { cacheDir }),
  });
  try {
    const loaded = await client.load(tag, { explore: options.explore });
    const endMs = performance.now() + options.budgetMs;
    let value: Value = null;
    let calls = 0;
    while (calls < options.fewestCalls || performance.now() < endMs) {
      value = loaded.callSync(inputs).value;
      calls++;
    }
    const { variant, reason, predictedNs } = loaded.info;
    return { variant, reason, predictedNs, calls, value };
  } finally {
    await client.close();
  }
}

export interface Candidate {
  readonly variant: string;
  readonly sha256: string;
}

export interface MeasureOptions {
  /** Variants that are timed again in the final, whatever the first heat says. */
  readonly keep: readonly string[];
  readonly seed: number;
}

/** Programs open at a time in the first heat: each may hold its inputs in memory of its own. */
const HEAT_SIZE = 16;
const FINALISTS = 8;
const WARM_UP = { native: { calls: 3, ms: 0 }, wasm: { calls: 20, ms: 50 } } as const;

/** Median whole-call latency, in ns, of every variant, by variant id; the finalists' figures come from the final. */
export async function measureEveryVariant(
  library: ClientLibrary,
  setup: SessionSetup,
  inputs: readonly Value[],
  candidates: readonly Candidate[],
  options: MeasureOptions,
): Promise<Record<string, number>> {
  const random = seededRandom(options.seed);
  const bySha = new Map(candidates.map((candidate) => [candidate.sha256, candidate.variant]));
  const shas = [...bySha.keys()];
  const heats = new Map<string, number>();
  for (let start = 0; start < shas.length; start += HEAT_SIZE) {
    const limits = { rounds: 12, fewestRounds: 4, budgetMs: 120 };
    const heat = await measure(library, setup, inputs, shas.slice(start, start + HEAT_SIZE), limits, random);
    for (const [sha, ns] of heat) heats.set(sha, ns);
  }
  const kept = candidates.filter(({ variant }) => options.keep.includes(variant)).map(({ sha256 }) => sha256);
  const fastest = [...heats].sort((a, b) => a[1] - b[1]).slice(0, FINALISTS);
  const finalists = [...new Set([...kept, ...fastest.map(([sha]) => sha)])];
  const limits = { rounds: 101, fewestRounds: 15, budgetMs: 400 };
  for (const [sha, ns] of await measure(library, setup, inputs, finalists, limits, random))
    heats.set(sha, ns);
  return Object.fromEntries(
    candidates.map(({ variant, sha256 }) => [variant, heats.get(sha256) ?? Number.NaN]),
  );
}

async function measure(
  library: ClientLibrary,
  setup: SessionSetup,
  inputs: readonly Value[],
  shas: readonly string[],
  limits: Parameters<typeof measureInterleaved>[1],
  random: () => number,
): Promise<Map<string, number>> {
  const programs: Program[] = [];
  try {
    for (const sha of shas) {
      const response = await fetch(`${setup.baseUrl}/v1/artifacts/${sha}`);
      if (!response.ok) throw new Error(`artifact ${sha}: the service answered ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const program = await library.openProgram(bytes, { target: setup.target });
      program.telemetryMode(1);
      programs.push(program);
    }
    const contenders = programs.map((program, index) => {
      // First touches of memory and, in WebAssembly, the time until the optimising compiler is done.
      const warmUp = WARM_UP[setup.target === 'wasm32' ? 'wasm' : 'native'];
      const warmMs = performance.now() + warmUp.ms;
      for (let call = 0; call < warmUp.calls || performance.now() < warmMs; call++) program.invoke(inputs);
      program.drain();
      return { id: shas[index] ?? '', run: wholeCallTimer(program, inputs) };
    });
    const measured = measureInterleaved(contenders, limits, { nowMs: () => performance.now(), random });
    return new Map(measured.map(({ id, medianNs }) => [id, medianNs]));
  } finally {
    for (const program of programs) program.close();
  }
}

const WHOLE_CALL = 0xffffffff;
/** Fewer steps of the clock than this say too little; then several calls make one figure. */
const FEWEST_CLOCK_STEPS = 50;

/** Times one call by the program's own whole-call probe; short ones as the mean of several. */
function wholeCallTimer(program: Program, inputs: readonly Value[]): () => number {
  const once = (calls: number): number => {
    for (let call = 0; call < calls; call++) program.invoke(inputs);
    let totalNs = 0;
    for (const record of program.drain()) if (record.node === WHOLE_CALL) totalNs += record.totalNs;
    return totalNs / calls;
  };
  const stepNs = clockStepNs();
  const roughNs = Math.max(median([once(1), once(1), once(1)]), stepNs);
  const calls = Math.min(1000, Math.max(1, Math.ceil((FEWEST_CLOCK_STEPS * stepNs) / roughNs)));
  return () => once(calls);
}

function clockStepNs(): number {
  let least = 1e6;
  for (let trial = 0; trial < 20; trial++) {
    const start = performance.now();
    let end = start;
    while (end === start) end = performance.now();
    least = Math.min(least, end - start);
  }
  return least * 1e6;
}

/** Mulberry32 (Tommy Ettinger, public domain): the order of the rounds is the same every time. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
