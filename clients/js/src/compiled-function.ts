// A loaded function as the user calls it, and what it says of how it was chosen.

import type { Cause, Reason, Served } from '@everypath/schema';
import { type EverypathError, isCrash } from './errors.ts';
import type { Override, OverrideSource } from './override.ts';
import type { Clock } from './platform.ts';
import type { Program } from './program.ts';
import type { Value } from './values.ts';

export interface FunctionInfo {
  readonly tag: string;
  readonly variant: string;
  readonly reason: Reason;
  readonly cause: Cause;
  /** Who forced the variant on this side, if anyone. */
  readonly forcedBy: OverrideSource | null;
  /** Where the binary came from. */
  readonly source: 'network' | 'cache';
  /** The service was away: the last good decision is in force. */
  readonly offline: boolean;
  /** That decision had expired. */
  readonly stale: boolean;
  /** Predicted latency of a call; null when nothing is known yet. */
  readonly predictedNs: number | null;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly decisionId: string;
  /** The operator variant at each node. */
  readonly path: readonly string[];
}

export interface Outcome {
  readonly value: Value;
  /** How long the call took, marshalling included. */
  readonly latencyNs: number;
}

/** Arguments by position or by name. */
export type Inputs = readonly Value[] | Readonly<Record<string, Value>>;

export interface CompiledFunction {
  (inputs: Inputs): Promise<Outcome>;
  /** The same without a promise. A program that fails by its own fault is replaced for later calls only. */
  callSync(inputs: Inputs): Outcome;
  readonly info: FunctionInfo;
}

const NO_ARGUMENTS: readonly Value[] = [];

/** A program in use. */
export interface Running {
  readonly program: Program;
  readonly info: FunctionInfo;
  beforeCall(): void;
  /** Told once, when a call has gone well. */
  proven(): void;
  /** What to run from now on, after a call that failed by the program's own fault; null: nothing else is there. */
  replace(error: EverypathError): Promise<Running | null>;
}

export function createCompiledFunction(first: Running, clock: Clock): CompiledFunction {
  let running = first;
  let proven = false;
  let hopeless = false;
  let replacing: Promise<boolean> | null = null;

  const run = (inputs: Inputs): Outcome => {
    running.beforeCall();
    const startNs = clock.ticksNs();
    const value = Array.isArray(inputs)
      ? running.program.invoke(inputs)
      : running.program.invoke(NO_ARGUMENTS, inputs as Readonly<Record<string, Value>>);
    const latencyNs = clock.ticksNs() - startNs;
    if (!proven) {
      proven = true;
      running.proven();
    }
    return { value, latencyNs };
  };

  /** Whether there is something else to run now. */
  async function replace(error: EverypathError): Promise<boolean> {
    const next = hopeless ? null : await running.replace(error);
    hopeless = next === null;
    if (next === null) return false;
    running = next;
    proven = false;
    return true;
  }

  const replaceOnce = (error: EverypathError): Promise<boolean> => {
    replacing ??= replace(error).finally(() => {
      replacing = null;
    });
    return replacing;
  };

  const call = async (inputs: Inputs): Promise<Outcome> => {
    for (;;) {
      try {
        return run(inputs);
      } catch (error) {
        if (!isCrash(error) || !(await replaceOnce(error))) throw error;
      }
    }
  };
  // It cannot wait for another program: the call fails, and a later one may run that.
  const callSync = (inputs: Inputs): Outcome => {
    try {
      return run(inputs);
    } catch (error) {
      if (isCrash(error)) void replaceOnce(error);
      throw error;
    }
  };
  return Object.defineProperty(Object.assign(call, { callSync }), 'info', {
    enumerable: true,
    get: () => running.info,
  }) as CompiledFunction;
}

export function infoOf(
  manifest: Served,
  override: Override | undefined,
  rest: Pick<FunctionInfo, 'source' | 'offline' | 'stale'>,
): FunctionInfo {
  const { tag, variant, reason, cause, predictedNs, sha256, sizeBytes, decisionId, path } = manifest;
  const forcedBy = override?.by ?? null;
  return { tag, variant, reason, cause, forcedBy, ...rest, predictedNs, sha256, sizeBytes, decisionId, path };
}
