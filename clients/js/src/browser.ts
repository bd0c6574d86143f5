// The client's entry for browsers: WebAssembly programs, the Cache API, nothing of Node.

import { createCacheApiStore } from './cache-api-store.ts';
import { type Client, type ClientOptions, createClientOn } from './client.ts';
import { detectDevice } from './device-browser.ts';
import { UnsupportedError } from './errors.ts';
import { loadWasm } from './load-wasm.ts';
import { createMemoryStore } from './memory-store.ts';
import type { ClientStore, Clock, Log } from './platform.ts';
import type { Program } from './program.ts';
import { pageClock, pageRandom } from './system.browser.ts';

export type { Client, ClientOptions, LoadOptions } from './client.ts';
export type { CompiledFunction, FunctionInfo, Inputs, Outcome } from './compiled-function.ts';
export { detectDevice } from './device-browser.ts';
export * from './errors.ts';
export type { Program } from './program.ts';
export type { Image, Tensor, Value } from './values.ts';

export interface BrowserClientOptions extends ClientOptions {
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly log?: Log;
}

/** The Cache API, but for unsent telemetry, which stays in the page's memory. */
function pageStore(): ClientStore {
  const kept = createCacheApiStore();
  const queued = createMemoryStore();
  const of = (name: string): ClientStore => (/\/queue(\/|$)/.test(name) ? queued : kept);
  return {
    read: (name) => of(name).read(name),
    write: (name, bytes) => of(name).write(name, bytes),
    remove: (name) => of(name).remove(name),
    list: (folder) => of(folder).list(folder),
    where: (name) => of(name).where(name),
  };
}

/** Opens a WebAssembly program whose origin you trust; `createClient` verifies what it loads. */
export async function openProgram(bytes: Uint8Array<ArrayBuffer>): Promise<Program> {
  return loadWasm(bytes, pageClock.ticksNs);
}

/** A client of the service at `baseUrl`. Does no I/O until something is loaded. */
export function createClient(options: BrowserClientOptions): Client {
  const privacy = navigator as Navigator & { globalPrivacyControl?: boolean; doNotTrack?: string | null };
  return createClientOn(
    {
      fetch: (input, init) => globalThis.fetch(input, init),
      clock: options.clock ?? pageClock,
      random: options.random ?? pageRandom,
      log: options.log ?? (() => undefined),
      store: pageStore(),
      detect: detectDevice,
      open(bytes, target) {
        if (target !== 'wasm32')
          throw new UnsupportedError(`a program for ${target} does not run in a browser`);
        return loadWasm(bytes, pageClock.ticksNs);
      },
      environmentOverride: undefined,
      doNotTrack: privacy.globalPrivacyControl === true || privacy.doNotTrack === '1',
    },
    options,
  );
}
