// What one device does in the demo, the same in Node and in a browser: fetch, run, report; and, for the closing table,
// open every variant there is and time them against each other. Speaks to the service over HTTP only.

import type { Client, Program, Value } from '@everypath/client';
import type { DeviceFeatures, TargetName } from '@everypath/schema';
import { seededRandom, shuffled } from '../measure/seeded-random.ts';
import { measureInterleaved, median } from './measure-interleaved.ts';

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
  /** Devices of their own that come at the same time: exploration is sticky per device. */
  readonly deviceIds: readonly string[];
  readonly explore: boolean;
  /** Of each visitor's calls. */
  readonly budgetMs: number;
  readonly fewestCalls: number;
}

/** Visitors take turns of this length, so that a machine that is busy for a while is busy for all of them. */
const TURN_MS = 4;

/** Users' visits: each fetches the variant served, calls it for a while, and sends what was measured. */
export async function visit(
  library: ClientLibrary,
  setup: SessionSetup,
  inputs: readonly Value[],
  options: VisitOptions,
): Promise<Visit[]> {
  const { baseUrl, tag, target, features, cacheDir } = setup;
  const clients = options.deviceIds.map((deviceId) =>
    library.createClient({
      baseUrl,
      deviceId,
      wasm: target === 'wasm32',
      ...(features && { features }),
      ...(cacheDir && { cacheDir }),
    }),
  );
  try {
    const visitors = await Promise.all(
      clients.map(async (client) => {
        const { info, callSync } = await client.load(tag, { explore: options.explore });
        if (target === 'wasm32') await keepCompiled(info.sha256, () => getArtifact(setup, info.sha256));
        return { info, callSync, calls: 0, spentMs: 0, value: null as Value };
      }),
    );
    const unfinished = ({ calls, spentMs }: { calls: number; spentMs: number }): boolean =>
      calls < options.fewestCalls || spentMs < options.budgetMs;
    while (visitors.some(unfinished)) {
      for (const visitor of visitors.filter(unfinished)) {
        const startMs = performance.now();
        let nowMs = startMs;
        for (; nowMs < startMs + TURN_MS; nowMs = performance.now()) {
          visitor.value = visitor.callSync(inputs).value;
          visitor.calls++;
        }
        visitor.spentMs += nowMs - startMs;
      }
    }
    return visitors.map(({ info: { variant, reason, predictedNs }, calls, value }) => ({
      variant,
      reason,
      predictedNs,
      calls,
      value,
    }));
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** Modules by SHA-256. */
const compiled = new Map<string, Promise<WebAssembly.Module>>();

/**
 * V8 compiles the same bytes once as long as one module of them lives; a program opened again by the next visitor, or in
 * the next bout, is then not compiled again, which takes longer than the bout.
 */
async function keepCompiled(sha: string, bytes: () => Promise<Uint8Array<ArrayBuffer>>): Promise<void> {
  const module = compiled.get(sha) ?? bytes().then((own) => WebAssembly.compile(own));
  compiled.set(sha, module);
  await module;
}

async function getArtifact({ baseUrl }: SessionSetup, sha: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`${baseUrl}/v1/artifacts/${sha}`);
  if (!response.ok) throw new Error(`artifact ${sha}: the service answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export interface Candidate {
  readonly variant: string;
  readonly sha256: string;
}

export interface MeasureOptions {
  /** Variants that stay in the final whatever their figures, the one to compare with first. */
  readonly keep: readonly string[];
  readonly seed: number;
}

/** Programs open at a time in the first heat: each may hold its inputs in memory of its own. */
const HEAT_SIZE = 16;
const HEAT = { rounds: 12, fewestRounds: 4, budgetMs: 120 };
/**
 * How many of the fastest so far stay in each bout of the final. Every bout opens native programs anew: where their
 * arrays come to lie sways their speed, and the luckiest of many should not win by that; nor by the one bout that a
 * neighbour on the processor spoilt for another.
 */
const BOUTS = { native: [8, 4, 3, 3, 3], wasm: [8, 3, 3] } as const;
const BOUT = { rounds: 201, fewestRounds: 7, budgetMs: 80 };
/** First touches of memory. */
const WARM_UP_CALLS = 3;

/**
 * Whole-call latency, in ns, of every variant, by variant id. Those out of the final have their figure of the heat;
 * finalists the median of theirs in the bouts, each relative to the first of `keep`.
 */
export async function measureEveryVariant(
  library: ClientLibrary,
  setup: SessionSetup,
  inputs: readonly Value[],
  candidates: readonly Candidate[],
  options: MeasureOptions,
): Promise<Record<string, number>> {
  const random = seededRandom(options.seed);
  const shas = [...new Set(candidates.map(({ sha256 }) => sha256))];
  const latency = new Map<string, number>();
  for (let start = 0; start < shas.length; start += HEAT_SIZE) {
    const some = shas.slice(start, start + HEAT_SIZE);
    const heat = await measure(library, setup, inputs, some, HEAT, random);
    for (const [sha, ns] of heat) latency.set(sha, ns);
  }
  const kept = options.keep.flatMap((id) => candidates.find(({ variant }) => variant === id)?.sha256 ?? []);
  const bouts = new Map<string, { readonly ns: number; readonly ratio: number }[]>();
  let finalists = shas;
  for (const size of BOUTS[setup.target === 'wasm32' ? 'wasm' : 'native']) {
    const fastest = [...finalists].sort((a, b) => (latency.get(a) ?? 0) - (latency.get(b) ?? 0));
    finalists = [...new Set([...kept, ...fastest.slice(0, size)])];
    // In another order each time: the first to be opened gets other memory than the last.
    const bout = await measure(library, setup, inputs, shuffled(finalists, random), BOUT, random);
    const referenceNs = bout.get(finalists[0] ?? '') ?? Number.NaN;
    for (const [sha, ns] of bout) {
      bouts.set(sha, [...(bouts.get(sha) ?? []), { ns, ratio: ns / referenceNs }]);
    }
    const baseNs = median((bouts.get(finalists[0] ?? '') ?? []).map(({ ns }) => ns));
    for (const [sha, results] of bouts) {
      latency.set(sha, baseNs * median(results.map(({ ratio }) => ratio)));
    }
  }
  return Object.fromEntries(
    candidates.map(({ variant, sha256 }) => [variant, latency.get(sha256) ?? Number.NaN]),
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
      const bytes = await getArtifact(setup, sha);
      if (setup.target === 'wasm32') await keepCompiled(sha, async () => bytes);
      const program = await library.openProgram(bytes, { target: setup.target });
      program.telemetryMode(1);
      programs.push(program);
    }
    const contenders = programs.map((program, index) => {
      for (let call = 0; call < WARM_UP_CALLS; call++) program.invoke(inputs);
      program.drain();
      return { id: shas[index] ?? '', run: wholeCallTimer(program, inputs) };
    });
    const measured = measureInterleaved(contenders, limits, { nowMs: () => performance.now(), random });
    return new Map(measured.map(({ id, ns }) => [id, ns]));
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
