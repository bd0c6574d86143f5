// A loaded program: checks and lays out arguments, enters it, reads the answer back. The same for native libraries and
// WebAssembly, which differ only in their `Entrances` and their arena.

import type { ProgramDescription } from '@everypath/schema';
import type { Arena, Cursor } from './arena.ts';
import { argumentBinder } from './bind-arguments.ts';
import { ArgumentError, blameProgram, ProgramError, PythonError, UnsupportedError } from './errors.ts';
import { ABI_VERSION, alignTo16, ERROR, RECORD, STATUS, VALUE } from './layout.ts';
import type { ProbeRecord } from './read-value.ts';
import { readFailure, readRecord, readValue } from './read-value.ts';
import type { CheckContext, ValueWriter } from './value-writer.ts';
import type { Value } from './values.ts';
import { writerFor } from './write-value.ts';

/** 0: off. 1: every call is timed. 2: adaptive, at most 1 % of a call's time is spent on timing. */
export type TelemetryMode = 0 | 1 | 2;

export interface Program {
  /** What the program says of itself: tag, file, signature, nodes. */
  describe(): ProgramDescription;
  /**
   * Calls the function. Throws `PythonError` for what the function raises, `ArgumentError` and `UnsupportedError`
   * before entering it, `ProgramError` when memory runs out.
   */
  invoke(args: readonly Value[], kwargs?: Readonly<Record<string, Value>>): Value;
  telemetryMode(mode: TelemetryMode): void;
  /** Takes the latency records gathered since the last drain. */
  drain(): ProbeRecord[];
  /** Gives the program's scratch memory back. Calling it afterwards throws. */
  close(): void;
}

/** The program's exported functions, with addresses as numbers. */
export interface Entrances {
  abiVersion(): number;
  /** The description's JSON text. */
  describe(): string;
  invoke(args: number, count: number, result: number, error: number): number;
  release(value: number): void;
  telemetryMode(mode: number): void;
  telemetryDrain(out: number, capacity: number): number;
  close(): void;
}

const RESULT_AT = 0;
const ERROR_AT = alignTo16(VALUE.bytes);
const ARGUMENTS_AT = ERROR_AT + ERROR.bytes;
const DRAIN_CAPACITY = 64;

function parseDescription(text: string): ProgramDescription {
  const description = JSON.parse(text) as ProgramDescription;
  if (description.abi !== ABI_VERSION || !Array.isArray(description.signature?.parameters)) {
    throw new UnsupportedError('the program has a form unknown to this client');
  }
  return description;
}

/** Puts the calling convention around a program's entrances. */
export function createProgram(
  entrances: Entrances,
  arena: Arena,
  given: ProgramDescription | undefined,
): Program {
  const abi = entrances.abiVersion();
  if (abi !== ABI_VERSION) {
    throw new UnsupportedError(
      `the program speaks ABI ${abi}, this client ${ABI_VERSION}: update the older one`,
    );
  }
  const description = given ?? parseDescription(entrances.describe());
  const { parameters } = description.signature;
  const names = parameters.map((parameter) => parameter.name);
  const writers: readonly ValueWriter[] = parameters.map((parameter) => writerFor(parameter.type));
  const bind = argumentBinder(description.tag, description.signature);
  const context: CheckContext = { parameter: '', dims: new Map(), copies: arena.copies };
  const fixedBytes = alignTo16(ARGUMENTS_AT + parameters.length * VALUE.bytes);
  let open = true;
  let busy = false;

  function fail(status: number): never {
    const failure = readFailure(arena.view, ERROR_AT);
    const text = failure.message || failure.type;
    switch (status) {
      case STATUS.raised:
        throw new PythonError(failure.type, failure.message, failure.frames, description.file);
      case STATUS.invalidArgument:
        throw new ArgumentError(
          '',
          `${description.tag}: ${text || 'an argument does not fit the signature'}`,
        );
      case STATUS.unsupported:
        throw new UnsupportedError(`${description.tag}: ${text || 'a value beyond what it can represent'}`, {
          frames: failure.frames,
        });
      case STATUS.outOfMemory:
        throw new ProgramError(`${description.tag}: out of memory${text ? ` (${text})` : ''}`);
      default:
        throw blameProgram('crashed', new ProgramError(`${description.tag}: unknown status ${status}`));
    }
  }

  function call(values: readonly Value[]): Value {
    let bytes = fixedBytes;
    if (context.dims.size > 0) context.dims.clear();
    for (let index = 0; index < writers.length; index++) {
      context.parameter = names[index] ?? '';
      bytes += writers[index]?.check(values[index], context) ?? 0;
    }
    arena.ensure(bytes);
    const { base, view } = arena;
    const cursor: Cursor = { arena, view, top: fixedBytes };
    for (let index = 0; index < writers.length; index++) {
      writers[index]?.write(values[index], ARGUMENTS_AT + index * VALUE.bytes, cursor);
    }
    // A result that the program leaves alone must read as none, and be safe to release.
    view.setUint32(RESULT_AT + VALUE.kind, 0, true);
    view.setFloat64(RESULT_AT + VALUE.owner, 0, true);
    const status = entrances.invoke(base + ARGUMENTS_AT, writers.length, base + RESULT_AT, base + ERROR_AT);
    if (status !== STATUS.ok) fail(status);
    const after = arena.view;
    const owned =
      after.getUint32(RESULT_AT + VALUE.owner, true) | after.getUint32(RESULT_AT + VALUE.owner + 4, true);
    if (owned === 0) return readValue(arena, after, RESULT_AT);
    try {
      return readValue(arena, after, RESULT_AT);
    } finally {
      entrances.release(base + RESULT_AT);
    }
  }

  function assertOpen(): void {
    if (!open) throw new ProgramError(`${description.tag}: this program was closed`);
  }

  return {
    describe: () => description,
    invoke(args, kwargs) {
      assertOpen();
      const values = bind(args, kwargs);
      // A getter in an argument could call back in; the scratch memory is not shared between two calls.
      if (busy) throw new ProgramError(`${description.tag}: called from within its own call`);
      busy = true;
      try {
        return call(values);
      } finally {
        busy = false;
      }
    },
    telemetryMode(mode) {
      assertOpen();
      entrances.telemetryMode(mode);
    },
    drain() {
      assertOpen();
      const records: ProbeRecord[] = [];
      for (;;) {
        arena.ensure(DRAIN_CAPACITY * RECORD.bytes);
        const count = entrances.telemetryDrain(arena.base, DRAIN_CAPACITY);
        const { view } = arena;
        for (let index = 0; index < count; index++) records.push(readRecord(view, index * RECORD.bytes));
        if (count < DRAIN_CAPACITY) return records;
      }
    },
    close() {
      if (!open) return;
      entrances.telemetryMode(0);
      open = false;
      entrances.close();
    },
  };
}
