// The client's entry for Node.

import type { TelemetryBatch } from '@everypath/schema';
import { type Client, type ClientOptions, createClientOn } from './client.ts';
import { detectDevice } from './device-node.ts';
import { encodeBatch } from './encode-batch.ts';
import { createFileStore, defaultCacheFolder } from './file-store.ts';
import { openProgram } from './open-program.ts';
import type { Clock, Log } from './platform.ts';
import { systemClock, systemRandom } from './system.ts';

export type { Arena } from './arena.ts';
export type { Client, ClientOptions, LoadOptions } from './client.ts';
export type { CompiledFunction, FunctionInfo, Inputs, Outcome } from './compiled-function.ts';
export { detectDevice } from './device-node.ts';
export * from './errors.ts';
export { hostTarget } from './host-target.ts';
export { type OpenOptions, openProgram } from './open-program.ts';
export type { Clock, Log } from './platform.ts';
export { createProgram, type Entrances, type Program, type TelemetryMode } from './program.ts';
export type { ProbeRecord } from './read-value.ts';
export type { FlushReport, Telemetry, TelemetryPreview } from './telemetry.ts';
export type { Image, Tensor, TypedArray, Value } from './values.ts';
export type { PublicKey } from './verify.ts';
export { encodeBatch };

export interface NodeClientOptions extends ClientOptions {
  /** Where programs, decisions, pinned keys and unsent telemetry are kept. Default: the system's cache folder. */
  readonly cacheDir?: string;
  /** Run WebAssembly instead of native programs. */
  readonly wasm?: boolean;
  /** Whether to look for libraries that programs may call (OpenBLAS) by opening them once. Default: true. */
  readonly libraries?: boolean;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly log?: Log;
  readonly env?: NodeJS.ProcessEnv;
}

/** A client of the service at `baseUrl`. Does no I/O until something is loaded. */
export function createClient(options: NodeClientOptions): Client {
  const env = options.env ?? process.env;
  const wasm = options.wasm ?? options.features?.target === 'wasm32';
  return createClientOn(
    {
      fetch: options.fetch ?? globalThis.fetch,
      clock: options.clock ?? systemClock,
      random: options.random ?? systemRandom,
      log: options.log ?? (() => undefined),
      store: createFileStore(options.cacheDir ?? defaultCacheFolder(env, process.platform)),
      detect: () => detectDevice({ wasm, libraries: options.libraries ?? true }),
      open: (bytes, target) => openProgram(bytes, { target }),
      compact: {
        type: 'application/cbor',
        encode: (json) => encodeBatch(JSON.parse(new TextDecoder().decode(json)) as TelemetryBatch),
      },
      environmentOverride: env.EVERYPATH_VARIANT,
      doNotTrack: env.DO_NOT_TRACK === '1' || env.DO_NOT_TRACK === 'true',
    },
    options,
  );
}
