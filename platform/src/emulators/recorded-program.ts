// A program that is elsewhere, seen through the client's own marshalling: a call's arguments are captured as the bytes
// that the program would read, and its answer's bytes are read back as if it had just returned.

import { type Arena, createProgram, type Entrances, type Program, type Value } from '@everypath/client';
import { ARENA_BASE, ARENA_BYTES, type CapturedCall, PAYLOAD_BASE } from './protocol.ts';

type Description = ReturnType<Program['describe']>;

export interface RecordedAnswer {
  readonly status: number;
  /** `ep_value`, then what it points to or, when the status is not 0, `ep_error`. */
  readonly bytes: Uint8Array;
}

export interface RecordedProgram {
  /** The bytes of a call. Throws what the client throws for arguments that do not fit the signature. */
  capture(args: readonly Value[]): CapturedCall;
  /** What a call with this answer returns or throws. */
  replay(args: readonly Value[], answer: RecordedAnswer): Value;
}

/** Ends a call that was only to be captured. */
class Captured {
  readonly call: CapturedCall;
  constructor(call: CapturedCall) {
    this.call = call;
  }
}

/** `sizeof(ep_value)`. */
const EP_RESULT_BYTES = 168;
const alignTo16 = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** A stand-in for any program that describes itself so. */
export function recordedProgram(description: Description): RecordedProgram {
  let buffer = new ArrayBuffer(0);
  let view = new DataView(buffer);
  let used = 0;
  let answer: RecordedAnswer | null = null;
  const arena: Arena = {
    copies: true,
    base: ARENA_BASE,
    get view() {
      return view;
    },
    ensure(bytes) {
      used = bytes;
      if (bytes > ARENA_BYTES) throw new RangeError(`${bytes} bytes of arguments are too many for a runner`);
      if (bytes <= buffer.byteLength) return;
      buffer = new ArrayBuffer(bytes);
      view = new DataView(buffer);
    },
    copy(address, bytes) {
      const start = address - PAYLOAD_BASE;
      const from = answer?.bytes ?? new Uint8Array();
      if (start < 0 || start + bytes > from.length) throw new RangeError('the answer points outside itself');
      return new Uint8Array(from.slice(start, start + bytes));
    },
    addressOf: () => 0,
  };
  const entrances: Entrances = {
    abiVersion: () => description.abi,
    describe: () => JSON.stringify(description),
    invoke(args, count, result, error) {
      const at = { result: result - ARENA_BASE, error: error - ARENA_BASE, arguments: args - ARENA_BASE };
      if (answer === null) throw new Captured({ bytes: new Uint8Array(buffer.slice(0, used)), count, ...at });
      const room = new Uint8Array(buffer);
      if (answer.status === 0) room.set(answer.bytes.subarray(0, EP_RESULT_BYTES), at.result);
      else room.set(answer.bytes.subarray(alignTo16(EP_RESULT_BYTES)), at.error);
      return answer.status;
    },
    release: () => undefined,
    telemetryMode: () => undefined,
    telemetryDrain: () => 0,
    close: () => undefined,
  };
  const program = createProgram(entrances, arena, description);
  return {
    capture(args) {
      answer = null;
      // Bytes between values must not differ from one call to the next.
      new Uint8Array(buffer).fill(0);
      try {
        program.invoke(args);
      } catch (thrown) {
        if (thrown instanceof Captured) return thrown.call;
        throw thrown;
      }
      throw new Error('a captured call returned');
    },
    replay(args, given) {
      answer = given;
      return program.invoke(args);
    },
  };
}
