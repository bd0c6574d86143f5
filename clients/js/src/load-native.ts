// Opens a native program through koffi. Arguments are laid out in memory of our own whose address the program is given;
// typed arrays are read where they lie. Only for files whose hash was checked: opening a library runs its code.

import type { ProgramDescription } from '@everypath/schema';
import type { Arena } from './arena.ts';
import { blameProgram, ProgramError } from './errors.ts';
import { type Koffi, koffiOf } from './koffi.ts';
import { createProgram, type Entrances, type Program } from './program.ts';

const FIRST_BYTES = 16 * 1024;

function nativeArena(koffi: Koffi): Arena {
  let buffer = new ArrayBuffer(FIRST_BYTES);
  let view = new DataView(buffer);
  let base = Number(koffi.address(buffer));
  return {
    copies: false,
    get base() {
      return base;
    },
    get view() {
      return view;
    },
    ensure(bytes) {
      if (bytes <= buffer.byteLength) return;
      buffer = new ArrayBuffer(Math.max(bytes, buffer.byteLength * 2));
      view = new DataView(buffer);
      base = Number(koffi.address(buffer));
    },
    copy(address, bytes) {
      if (bytes === 0) return new Uint8Array();
      if (address === 0) throw new ProgramError('the program returned data at address 0');
      return koffi.decode(address, 'uint8_t', bytes) as Uint8Array<ArrayBuffer>;
    },
    addressOf: (data) => Number(koffi.address(data)),
  };
}

/** Opens the shared library at `path`. */
export async function loadNative(path: string, description?: ProgramDescription): Promise<Program> {
  const koffi = await koffiOf();
  let library: ReturnType<Koffi['load']>;
  try {
    library = koffi.load(path);
  } catch (cause) {
    // What the loader says where a folder is mounted noexec.
    const noexec = String(cause).includes('failed to map segment');
    const hint = noexec ? '; set TMPDIR to a folder that allows execution' : '';
    const error = new ProgramError(
      `cannot open ${path} as a native program of this machine: ${cause}${hint}`,
      {
        cause,
      },
    );
    throw noexec ? error : blameProgram('load-failed', error);
  }
  // Addresses as plain numbers: half the cost of passing buffers (72 ns against 186 ns for an empty call).
  const invoke = library.func('ep_invoke', 'int32_t', ['uintptr_t', 'uint32_t', 'uintptr_t', 'uintptr_t']);
  const release = library.func('ep_release', 'void', ['uintptr_t']);
  const abiVersion = library.func('ep_abi_version', 'uint32_t', []);
  const describe = library.func('ep_describe', 'str', []);
  const telemetryMode = library.func('ep_telemetry_mode', 'void', ['uint32_t']);
  const telemetryDrain = library.func('ep_telemetry_drain', 'uint32_t', ['uintptr_t', 'uint32_t']);
  const entrances: Entrances = {
    abiVersion: () => abiVersion() as number,
    describe: () => describe() as string,
    invoke: (args, count, result, error) => invoke(args, count, result, error) as number,
    release: (value) => release(value),
    telemetryMode: (mode) => telemetryMode(mode),
    telemetryDrain: (out, capacity) => telemetryDrain(out, capacity) as number,
    close: () => {
      // What it keeps for a next call.
      release(0);
      library.unload();
    },
  };
  return createProgram(entrances, nativeArena(koffi), description);
}
