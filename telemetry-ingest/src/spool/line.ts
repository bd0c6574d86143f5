// One line of the spool: one batch, as the JSON object that ClickHouse loads, led by the CRC of what follows it.
// The checksum is a field of the object, so a whole segment is plain JSONEachRow that the engine reads by itself.

import { crc32 } from 'node:zlib';

/** A batch as it waits in the spool: columns of the batch, then columns of its accepted and rejected records. */
export interface SpooledBatch {
  readonly batch_id: string;
  /** Samples among the accepted records. */
  readonly samples: number;
  /** Samples among the rejected records. */
  readonly rejected: number;
  /** Milliseconds since 1970. */
  readonly received_ms: number;
  readonly ts_ms: number;
  readonly device_class: string;
  /** A 64-bit hash, in decimal: JSON numbers stop at 53 bits. */
  readonly device: string;
  readonly tag: string;
  readonly variant: string;
  readonly sdk: string;
  readonly cause: string;
  readonly clock_ns: number;
  readonly operator: readonly string[];
  readonly specialization: readonly string[];
  readonly operator_variant: readonly string[];
  readonly features: readonly (readonly number[])[];
  readonly work_bucket: readonly number[];
  readonly node: readonly number[];
  readonly calls: readonly number[];
  readonly samples_ns: readonly (readonly number[])[];
  readonly rejected_code: readonly string[];
  readonly rejected_message: readonly string[];
  readonly rejected_node: readonly number[];
  readonly rejected_samples: readonly number[];
}

/** What the loader needs of a line without parsing all of it. */
export interface LineHead {
  readonly batchId: string;
  readonly samples: number;
  readonly rejected: number;
}

const CRC_FIELD = '{"crc":"';
const CRC_END = CRC_FIELD.length + 8;
const NEWLINE = 0x0a;

/** The line of a batch, newline included. */
export function encodeLine(batch: SpooledBatch): Buffer {
  const { batch_id, samples, rejected, ...rest } = batch;
  // The head comes first, in this order: `readHead` finds it by position.
  const body = `",${JSON.stringify({ batch_id, samples, rejected, ...rest }).slice(1)}`;
  const checksum = crc32(body).toString(16).padStart(8, '0');
  return Buffer.from(`${CRC_FIELD}${checksum}${body}\n`);
}

/** The head of a line (without its newline), or undefined when the line is torn or altered. */
export function readHead(line: Buffer): LineHead | undefined {
  if (line.length < CRC_END || line.toString('latin1', 0, CRC_FIELD.length) !== CRC_FIELD) return undefined;
  const checksum = line.toString('latin1', CRC_FIELD.length, CRC_END);
  if (crc32(line.subarray(CRC_END)).toString(16).padStart(8, '0') !== checksum) return undefined;
  const head = /^",("batch_id":"[0-9a-f-]{36}","samples":\d+,"rejected":\d+)/i.exec(
    line.toString('latin1', CRC_END, CRC_END + 160),
  );
  if (!head) return undefined;
  const parsed = JSON.parse(`{${head[1]}}`) as { batch_id: string; samples: number; rejected: number };
  return { batchId: parsed.batch_id, samples: parsed.samples, rejected: parsed.rejected };
}

export interface ScannedLine {
  /** Undefined when the line cannot be trusted. */
  readonly head: LineHead | undefined;
  readonly start: number;
  /** After the newline. */
  readonly end: number;
}

/** Every line of a segment. `tornAt` is where bytes after the last newline begin, or the segment's length. */
export function scanLines(segment: Buffer): {
  readonly lines: readonly ScannedLine[];
  readonly tornAt: number;
} {
  const lines: ScannedLine[] = [];
  let start = 0;
  while (start < segment.length) {
    const newline = segment.indexOf(NEWLINE, start);
    if (newline < 0) break;
    lines.push({ head: readHead(segment.subarray(start, newline)), start, end: newline + 1 });
    start = newline + 1;
  }
  return { lines, tornAt: start };
}
