// A device's part in the closing table: opens some programs anew and times them against each other.

import type { Program, Value } from '@everypath/client';
import { seededRandom, shuffled } from '../measure/seeded-random.ts';
import { getArtifact, keepCompiled } from './artifacts.ts';
import type { ClientLibrary, SessionSetup } from './device-session.ts';
import { median, type Round, type TurnLimits, timeInTurns } from './time-in-turns.ts';

export interface TimingOptions {
  readonly limits: TurnLimits;
  readonly seed: number;
}

/** First touches of memory. */
const WARM_UP_CALLS = 3;

/** Latencies of whole calls, by the program's SHA-256. */
export async function timePrograms(
  library: ClientLibrary,
  { baseUrl, target, restless }: SessionSetup,
  inputs: readonly Value[],
  shas: readonly string[],
  { limits, seed }: TimingOptions,
  nowMs: () => number,
): Promise<Round[]> {
  const random = seededRandom(seed);
  const opened: { readonly sha: string; readonly program: Program }[] = [];
  try {
    // In another order each time: the first to be opened gets other memory than the last.
    const artifacts = await Promise.all(
      shuffled(shas, random).map(async (sha) => {
        const bytes = await getArtifact(baseUrl, sha);
        if (target === 'wasm32') await keepCompiled(sha, async () => bytes);
        return { sha, bytes };
      }),
    );
    for (const { sha, bytes } of artifacts) {
      const program = await library.openProgram(bytes, { target });
      program.telemetryMode(1);
      opened.push({ sha, program });
    }
    const contenders = opened.map(({ sha, program }) => {
      for (let call = 0; call < WARM_UP_CALLS; call++) program.invoke(inputs);
      program.drain();
      return { id: sha, restless: restless.includes(sha), run: wholeCallTimer(program, inputs, nowMs) };
    });
    return timeInTurns(contenders, limits, { nowMs, random, rest: library.rest });
  } finally {
    for (const { program } of opened) program.close();
  }
}

const WHOLE_CALL = 0xffffffff;
/** Fewer steps of the clock than this say too little; then several calls make one figure. */
const FEWEST_CLOCK_STEPS = 50;

/** Times one call by the program's own whole-call probe; short ones as the mean of several. */
function wholeCallTimer(program: Program, inputs: readonly Value[], nowMs: () => number): () => number {
  const once = (calls: number): number => {
    for (let call = 0; call < calls; call++) program.invoke(inputs);
    let totalNs = 0;
    for (const record of program.drain()) if (record.node === WHOLE_CALL) totalNs += record.totalNs;
    return totalNs / calls;
  };
  const stepNs = clockStepNs(nowMs);
  const roughNs = Math.max(median([once(1), once(1), once(1)]), stepNs);
  const calls = Math.min(1000, Math.max(1, Math.ceil((FEWEST_CLOCK_STEPS * stepNs) / roughNs)));
  return () => once(calls);
}

function clockStepNs(nowMs: () => number): number {
  let least = 1e6;
  for (let trial = 0; trial < 20; trial++) {
    const start = nowMs();
    let end = start;
    while (end === start) end = nowMs();
    least = Math.min(least, end - start);
  }
  return least * 1e6;
}
