// The bytes between this process and a runner: fixed little-endian heads, each followed by as many bytes as it says.
// `runner/main.cpp` is the other side. Knows nothing of processes.

/** How a runner is to open a program. */
export type ImageFormat = 'elf' | 'macho' | 'pe';

const OPERATION = { holdCase: 1, forgetCases: 2, elf: 3, macho: 4, pe: 5 } as const;
const REPLY = ['taken', 'opened', 'refused', 'answered', 'ended'] as const;
const HEAD_BYTES = 32;

/** What happened to the program while it ran. */
export const FAULT = { argumentsChanged: 1, platformRegisterChanged: 2, invalidResult: 4 } as const;

/** Where every runner lays out arguments. */
export const ARENA_BASE = 2 ** 37;
export const ARENA_BYTES = 2 ** 30;
/** Addresses from here on are offsets into an answer's bytes. */
export const PAYLOAD_BASE = 2 ** 48;

/** One case's arguments as `ep_value`s at `ARENA_BASE`, and where in them `ep_invoke` finds its four parts. */
export interface CapturedCall {
  readonly bytes: Uint8Array;
  readonly arguments: number;
  readonly count: number;
  readonly result: number;
  readonly error: number;
}

export interface RunnerReply {
  readonly kind: (typeof REPLY)[number];
  /** Of the case. */
  readonly index: number;
  /** Number of the answer among those that this process gave to this case; those beyond `MAX_ANSWERS` are not kept. */
  readonly answer: number;
  readonly status: number;
  /** Sum of `FAULT`s. */
  readonly faults: number;
  /** Sent before under the same number: `bytes` is empty. */
  readonly known: boolean;
  readonly bytes: Uint8Array;
}

/** As many different answers of a case as a runner keeps. */
export const MAX_ANSWERS = 16;

function head(operation: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(HEAD_BYTES);
  buffer.writeUInt32LE(operation, 0);
  buffer.writeBigUInt64LE(BigInt(bytes), 8);
  return buffer;
}

/** Gives the runner a case to keep. */
export function holdCase(index: number, call: CapturedCall): readonly Uint8Array[] {
  const buffer = head(OPERATION.holdCase, call.bytes.length);
  buffer.writeUInt32LE(index, 4);
  for (const [at, word] of [call.arguments, call.count, call.result, call.error].entries())
    buffer.writeUInt32LE(word, 16 + at * 4);
  return [buffer, call.bytes];
}

export const forgetCases = (): readonly Uint8Array[] => [head(OPERATION.forgetCases, 0)];

/** Runs the program at `path`, as the runner's system writes paths, on all kept cases. */
export function runProgram(format: ImageFormat, path: string): readonly Uint8Array[] {
  const bytes = Buffer.from(path, 'utf8');
  return [head(OPERATION[format], bytes.length), bytes];
}

/** Cuts a stream of bytes into replies. */
export function createReplyReader(onReply: (reply: RunnerReply) => void): (chunk: Uint8Array) => void {
  let chunks: Uint8Array[] = [];
  let have = 0;
  let need = HEAD_BYTES;
  const take = (): Buffer => {
    const [first] = chunks;
    const all =
      chunks.length === 1 && first
        ? Buffer.from(first.buffer, first.byteOffset, first.length)
        : Buffer.concat(chunks);
    const taken = all.subarray(0, need);
    chunks = [all.subarray(need)];
    have -= need;
    return taken;
  };
  let pending: Buffer | null = null;
  return (chunk) => {
    chunks.push(chunk);
    have += chunk.length;
    while (have >= need) {
      const taken = take();
      if (pending === null) {
        pending = taken;
        need = Number(taken.readBigUInt64LE(24));
        if (need > 0) continue;
      }
      onReply(readReply(pending, need > 0 ? taken : Buffer.alloc(0)));
      pending = null;
      need = HEAD_BYTES;
    }
  };
}

function readReply(from: Buffer, bytes: Buffer): RunnerReply {
  const kind = REPLY[from.readUInt32LE(0) - 1];
  if (kind === undefined) throw new RangeError('a runner sent something else than a reply');
  return {
    kind,
    index: from.readUInt32LE(4),
    answer: from.readUInt32LE(8),
    status: from.readInt32LE(12),
    faults: from.readUInt32LE(16),
    known: from.readUInt32LE(20) !== 0,
    bytes: new Uint8Array(bytes),
  };
}
