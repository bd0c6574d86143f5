// Opens a WebAssembly program, in Node and in browsers alike. Everything it reads is copied into its own memory.

import type { ProgramDescription } from '@everypath/schema';
import type { Arena } from './arena.ts';
import { blameProgram, ProgramError, UnsupportedError } from './errors.ts';
import { createProgram, type Entrances, type Program } from './program.ts';

const FIRST_BYTES = 16 * 1024;

interface Exports {
  readonly memory: WebAssembly.Memory;
  ep_abi_version(): number;
  ep_describe(): number;
  ep_invoke(args: number, count: number, result: number, error: number): number;
  ep_release(value: number): void;
  ep_alloc(size: bigint): number;
  ep_free(pointer: number): void;
  ep_telemetry_mode(mode: number): void;
  ep_telemetry_drain(out: number, capacity: number): number;
}

const REQUIRED: readonly (keyof Exports)[] = [
  'memory',
  'ep_abi_version',
  'ep_describe',
  'ep_invoke',
  'ep_release',
  'ep_alloc',
  'ep_free',
  'ep_telemetry_mode',
  'ep_telemetry_drain',
];

function wasmArena(exports: Exports): Arena & { free(): void } {
  const { memory } = exports;
  let base = 0;
  let size = 0;
  let view = new DataView(memory.buffer);
  const arena = {
    copies: true,
    get base() {
      return base;
    },
    get view() {
      // Growing memory detaches its buffer, and with it every view.
      if (view.buffer !== memory.buffer) view = new DataView(memory.buffer, base, size);
      return view;
    },
    ensure(bytes: number) {
      if (bytes <= size) return;
      if (base !== 0) exports.ep_free(base);
      size = 0;
      base = exports.ep_alloc(BigInt(Math.max(bytes, FIRST_BYTES))) >>> 0;
      if (base === 0) throw new ProgramError(`the program has no ${bytes} bytes left for its arguments`);
      size = Math.max(bytes, FIRST_BYTES);
      view = new DataView(memory.buffer, base, size);
    },
    copy: (address: number, bytes: number) => new Uint8Array(memory.buffer, address, bytes).slice(),
    addressOf(): number {
      throw new ProgramError('WebAssembly cannot read memory outside its own');
    },
    free() {
      if (base !== 0) exports.ep_free(base);
      base = 0;
      size = 0;
    },
  };
  return arena;
}

/** Runs an entrance; a trap (stack overflow, unreachable) becomes an error that says so. */
function guarded<T>(enter: () => T): T {
  try {
    return enter();
  } catch (cause) {
    if (cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError) {
      throw blameProgram(
        'crashed',
        new ProgramError(`the program trapped: ${cause.message}; load it anew before the next call`, {
          cause,
        }),
      );
    }
    throw cause;
  }
}

/** Compiles and opens a program. `nowNs` is the clock that the program times its operators with. */
export async function loadWasm(
  bytes: Uint8Array<ArrayBuffer> | WebAssembly.Module,
  nowNs: () => number,
  description?: ProgramDescription,
): Promise<Program> {
  let module: WebAssembly.Module;
  try {
    module = bytes instanceof WebAssembly.Module ? bytes : await WebAssembly.compile(bytes);
  } catch (cause) {
    const why = `this runtime cannot compile the program: ${cause}`;
    throw blameProgram('load-failed', new UnsupportedError(why, { cause }));
  }
  const env = { ep_clock_ns: () => BigInt(Math.round(nowNs())) };
  let instance: WebAssembly.Instance;
  try {
    instance = await WebAssembly.instantiate(module, { env });
  } catch (cause) {
    const needs = WebAssembly.Module.imports(module).map((entry) => `${entry.module}.${entry.name}`);
    const why = `the program does not start: ${cause}; it imports ${needs.join(', ')}`;
    throw blameProgram('load-failed', new UnsupportedError(why, { cause }));
  }
  const missing = REQUIRED.filter((name) => !(name in instance.exports));
  if (missing.length > 0)
    throw blameProgram(
      'load-failed',
      new UnsupportedError(`not an everypath program: no ${missing.join(', ')}`),
    );
  const initialize = instance.exports._initialize;
  if (typeof initialize === 'function') guarded(() => initialize());

  const exports = instance.exports as unknown as Exports;
  const arena = wasmArena(exports);
  const entrances: Entrances = {
    abiVersion: () => exports.ep_abi_version(),
    describe() {
      const start = exports.ep_describe() >>> 0;
      const memory = new Uint8Array(exports.memory.buffer);
      return new TextDecoder().decode(memory.slice(start, memory.indexOf(0, start)));
    },
    invoke: (args, count, result, error) => guarded(() => exports.ep_invoke(args, count, result, error)),
    release: (value) => exports.ep_release(value),
    telemetryMode: (mode) => exports.ep_telemetry_mode(mode),
    telemetryDrain: (out, capacity) => exports.ep_telemetry_drain(out, capacity),
    close: () => arena.free(),
  };
  return createProgram(entrances, arena, description);
}
