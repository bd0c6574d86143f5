// A loaded function as the user calls it, and what it says of how it was chosen.

import type { Cause, Reason, Served } from '@everypath/schema';
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
  /** The same without a promise: a call takes as long as it takes either way. */
  callSync(inputs: Inputs): Outcome;
  readonly info: FunctionInfo;
}

const NO_ARGUMENTS: readonly Value[] = [];

export function createCompiledFunction(
  program: Program,
  clock: Clock,
  info: FunctionInfo,
  beforeCall: () => void,
): CompiledFunction {
  const callSync = (inputs: Inputs): Outcome => {
    beforeCall();
    const startNs = clock.ticksNs();
    const value = Array.isArray(inputs)
      ? program.invoke(inputs)
      : program.invoke(NO_ARGUMENTS, inputs as Readonly<Record<string, Value>>);
    return { value, latencyNs: clock.ticksNs() - startNs };
  };
  return Object.assign(async (inputs: Inputs) => callSync(inputs), { callSync, info });
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
