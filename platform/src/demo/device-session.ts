// What one device does in the demo, the same in Node and in a browser: fetch, run, report; and, for the closing table,
// time programs against each other. Speaks to the service over HTTP only.

import type { Client, Program, Value } from '@everypath/client';
import type { DeviceFeatures, TargetName } from '@everypath/schema';
import { getArtifact, keepCompiled } from './artifacts.ts';
import { type TimingOptions, timePrograms } from './time-programs.ts';

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
  /** Waits until no thread that a call started runs any more. */
  readonly rest: () => void;
}

export interface SessionSetup {
  readonly baseUrl: string;
  readonly tag: string;
  readonly target: TargetName;
  /** What replaces the detected features, to act as a smaller device. */
  readonly features?: Partial<DeviceFeatures>;
  readonly cacheDir?: string;
  /** SHA-256 of the programs that may leave threads running: those of a library spin for a while after a call. */
  readonly restless: readonly string[];
}

export interface Visitor {
  /** A device of its own: exploration is sticky per device. */
  readonly deviceId: string;
  readonly explore: boolean;
}

export interface Visit {
  readonly variant: string;
  readonly reason: string;
  readonly calls: number;
  /** What the last call returned. */
  readonly value: Value;
}

/** Of a visit's calls. */
export interface VisitOptions {
  readonly budgetMs: number;
  readonly fewestCalls: number;
}

export type SessionCall =
  /** What calls of the function run on from now on. */
  | { readonly kind: 'inputs'; readonly tag: string; readonly inputs: readonly Value[] }
  | {
      readonly kind: 'visit';
      readonly setup: SessionSetup;
      readonly visitor: Visitor;
      readonly options: VisitOptions;
    }
  /** Those who visited leave, and send what they measured. */
  | { readonly kind: 'report' }
  | {
      readonly kind: 'time';
      readonly setup: SessionSetup;
      /** SHA-256 of each. */
      readonly programs: readonly string[];
      readonly options: TimingOptions;
    };

const nowMs = (): number => performance.now();

/** Answers calls, one at a time. */
export function openSession(library: ClientLibrary): (call: SessionCall) => Promise<unknown> {
  const inputs = new Map<string, readonly Value[]>();
  const visiting: Client[] = [];
  const inputsOf = (tag: string): readonly Value[] => inputs.get(tag) ?? [];
  return async (call) => {
    switch (call.kind) {
      case 'inputs':
        inputs.set(call.tag, call.inputs);
        return null;
      case 'visit':
        return visit(library, call.setup, inputsOf(call.setup.tag), call.visitor, call.options, visiting);
      case 'report':
        // One by one: they share a folder, and each sends all that waits there.
        for (const client of visiting.splice(0)) await client.close();
        return null;
      case 'time':
        return timePrograms(
          library,
          call.setup,
          inputsOf(call.setup.tag),
          call.programs,
          call.options,
          nowMs,
        );
    }
  };
}

/** A user's visit: fetches the variant served and calls it for a while. The client stays in `visiting`. */
async function visit(
  library: ClientLibrary,
  { baseUrl, tag, target, features, cacheDir, restless }: SessionSetup,
  inputs: readonly Value[],
  { deviceId, explore }: Visitor,
  { budgetMs, fewestCalls }: VisitOptions,
  visiting: Client[],
): Promise<Visit> {
  const client = library.createClient({
    baseUrl,
    deviceId,
    wasm: target === 'wasm32',
    ...(features && { features }),
    ...(cacheDir && { cacheDir }),
  });
  visiting.push(client);
  const { info, callSync } = await client.load(tag, { explore });
  if (target === 'wasm32') await keepCompiled(info.sha256, () => getArtifact(baseUrl, info.sha256));
  if (restless.length > 0) library.rest();
  const { variant, reason } = info;
  let calls = 0;
  let value: Value = null;
  for (const endMs = nowMs() + budgetMs; calls < fewestCalls || nowMs() < endMs; calls++)
    value = callSync(inputs).value;
  return { variant, reason, calls, value };
}
