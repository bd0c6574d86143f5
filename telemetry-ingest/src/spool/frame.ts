// One frame of the spool: one batch, as the RowBinary row that ClickHouse loads. Its first three columns are a mark,
// the CRC of all that follows it, and the length of the rest, so that a segment is a log that can be scanned and
// checked and, byte for byte, a file that the engine reads by itself.

import { crc32 } from 'node:zlib';
import { CAUSES } from '@everypath/schema';
import { RowWriter } from './row-writer.ts';

type Numbers = ArrayLike<number>;

/** A batch as it waits in the spool: columns of the batch, then columns of its accepted and rejected records. */
export interface SpooledBatch {
  /** A UUID in lower case. */
  readonly batch_id: string;
  /** Samples among the accepted records. */
  readonly samples: number;
  /** Samples among the rejected records. */
  readonly rejected: number;
  /** A 64-bit hash, in decimal. */
  readonly device: string | bigint;
  /** Milliseconds since 1970. */
  readonly received_ms: number;
  readonly ts_ms: number;
  readonly clock_ns: number;
  readonly cause: string;
  readonly device_class: string;
  readonly tag: string;
  readonly variant: string;
  readonly sdk: string;
  readonly operator: readonly string[];
  readonly specialization: readonly string[];
  readonly operator_variant: readonly string[];
  readonly features: readonly Numbers[];
  readonly work_bucket: Numbers;
  readonly node: Numbers;
  readonly calls: Numbers;
  readonly samples_ns: readonly Numbers[];
  readonly rejected_code: readonly string[];
  readonly rejected_message: readonly string[];
  readonly rejected_node: Numbers;
  readonly rejected_samples: Numbers;
}

/** The columns of a frame, in the order in which `encodeFrame` writes them, as ClickHouse declares them. */
export const FRAME_COLUMNS = [
  'mark UInt32',
  'crc UInt32',
  'length UInt32',
  'batch_id UUID',
  'samples UInt32',
  'rejected UInt32',
  'device UInt64',
  'received_ms Int64',
  'ts_ms Int64',
  'clock_ns Float64',
  'cause Int8',
  'device_class String',
  'tag String',
  'variant String',
  'sdk String',
  'operator Array(String)',
  'specialization Array(String)',
  'operator_variant Array(String)',
  'features Array(Array(Float64))',
  'work_bucket Array(UInt8)',
  'node Array(UInt32)',
  'calls Array(UInt64)',
  'samples_ns Array(Array(Float64))',
  'rejected_code Array(String)',
  'rejected_message Array(String)',
  'rejected_node Array(UInt32)',
  'rejected_samples Array(UInt32)',
] as const;

/** What the loader needs of a frame without reading all of it. */
export interface FrameHead {
  readonly batchId: string;
  readonly samples: number;
  readonly rejected: number;
  readonly device: bigint;
}

/** `EPF1` */
const MARK = 0x31465045;
const MARK_BYTES = Buffer.from('EPF1');
const CRC_END = 8;
const LENGTH_END = 12;
const HEAD_END = LENGTH_END + 32;

const writer = new RowWriter();

/** The frame of a batch. */
export function encodeFrame(batch: SpooledBatch): Buffer {
  writer.reset();
  writer.uint32(MARK);
  writer.uint32(0);
  writer.uint32(0);
  writer.uuid(batch.batch_id);
  writer.uint32(batch.samples);
  writer.uint32(batch.rejected);
  writer.uint64(BigInt(batch.device));
  writer.integer(batch.received_ms);
  writer.integer(batch.ts_ms);
  writer.float64(batch.clock_ns);
  writer.uint8(CAUSES.indexOf(batch.cause as (typeof CAUSES)[number]) & 0xff);
  writer.string(batch.device_class);
  writer.string(batch.tag);
  writer.string(batch.variant);
  writer.string(batch.sdk);
  writer.strings(batch.operator);
  writer.strings(batch.specialization);
  writer.strings(batch.operator_variant);
  writer.floatArrays(batch.features);
  writer.uint8Array(batch.work_bucket);
  writer.uint32Array(batch.node);
  writer.integerArray(batch.calls);
  writer.floatArrays(batch.samples_ns);
  writer.strings(batch.rejected_code);
  writer.strings(batch.rejected_message);
  writer.uint32Array(batch.rejected_node);
  writer.uint32Array(batch.rejected_samples);
  const frame = writer.copy();
  frame.writeUInt32LE(frame.length - LENGTH_END, CRC_END);
  frame.writeUInt32LE(crc32(frame.subarray(CRC_END)), 4);
  return frame;
}

/** Where the frame that starts at `start` ends, or undefined where none can: too short, or not marked. */
function endOfFrame(bytes: Buffer, start: number): number | undefined {
  if (bytes.length - start < HEAD_END || bytes.readUInt32LE(start) !== MARK) return undefined;
  const end = start + LENGTH_END + bytes.readUInt32LE(start + CRC_END);
  return end - start >= HEAD_END && end <= bytes.length ? end : undefined;
}

const isSound = (bytes: Buffer, start: number, end: number): boolean =>
  crc32(bytes.subarray(start + CRC_END, end)) === bytes.readUInt32LE(start + 4);

/** The head of a frame, or undefined when the bytes are not one whole, unaltered frame. */
export function readHead(frame: Buffer): FrameHead | undefined {
  if (endOfFrame(frame, 0) !== frame.length || !isSound(frame, 0, frame.length)) return undefined;
  return headAt(frame, 0);
}

function headAt(bytes: Buffer, start: number): FrameHead {
  const at = start + LENGTH_END;
  // RowBinary holds a UUID as two words of 64 bits, each with its lowest byte first.
  const high = bytes.readBigUInt64LE(at).toString(16).padStart(16, '0');
  const low = bytes
    .readBigUInt64LE(at + 8)
    .toString(16)
    .padStart(16, '0');
  return {
    batchId: `${high.slice(0, 8)}-${high.slice(8, 12)}-${high.slice(12)}-${low.slice(0, 4)}-${low.slice(4)}`,
    samples: bytes.readUInt32LE(at + 16),
    rejected: bytes.readUInt32LE(at + 20),
    device: bytes.readBigUInt64LE(at + 24),
  };
}

export interface ScannedFrame {
  /** Undefined when the bytes cannot be trusted. */
  readonly head: FrameHead | undefined;
  readonly start: number;
  readonly end: number;
}

/**
 * Every frame of a segment, one after another. What is altered is one entry without a head, up to the next sound frame.
 * Returns where the bytes of an unfinished last frame begin, or the segment's length.
 */
export function* walkFrames(segment: Buffer): Generator<ScannedFrame, number> {
  let start = 0;
  while (start < segment.length) {
    const end = endOfFrame(segment, start);
    if (end !== undefined && isSound(segment, start, end)) {
      yield { head: headAt(segment, start), start, end };
      start = end;
      continue;
    }
    const next = nextSound(segment, start + 1);
    if (next === undefined && isUnfinished(segment, start)) return start;
    yield { head: undefined, start, end: next ?? segment.length };
    start = next ?? segment.length;
  }
  return segment.length;
}

/** Every frame of a segment, and where the bytes of an unfinished last one begin. */
export function scanFrames(segment: Buffer): {
  readonly frames: readonly ScannedFrame[];
  readonly tornAt: number;
} {
  const frames: ScannedFrame[] = [];
  const walk = walkFrames(segment);
  for (let step = walk.next(); ; step = walk.next()) {
    if (step.done) return { frames, tornAt: step.value };
    frames.push(step.value);
  }
}

/** Whether a frame begins here whose end never reached the disk. */
function isUnfinished(segment: Buffer, start: number): boolean {
  const mark = segment.subarray(start, start + MARK_BYTES.length);
  if (!MARK_BYTES.subarray(0, mark.length).equals(mark)) return false;
  return endOfFrame(segment, start) === undefined;
}

function nextSound(segment: Buffer, from: number): number | undefined {
  for (let at = segment.indexOf(MARK_BYTES, from); at >= 0; at = segment.indexOf(MARK_BYTES, at + 1)) {
    const end = endOfFrame(segment, at);
    if (end !== undefined && isSound(segment, at, end)) return at;
  }
  return undefined;
}
