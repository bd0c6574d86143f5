// A batch as it came in, whatever its encoding: a checked head and records as columns of numbers that nobody has
// checked yet. What is wrong with the form of a record is noted here; its values are judged in `assess.ts`.

import type { TelemetryHead } from '@everypath/schema';

export interface RecordColumns {
  readonly count: number;
  readonly node: readonly number[];
  readonly calls: readonly number[];
  /** Of each record. */
  readonly features: readonly (readonly number[])[];
  readonly samplesNs: readonly (readonly number[])[];
  /** Records that are no records, by index, and why. Their columns hold nothing of use. */
  readonly malformed: ReadonlyMap<number, string>;
}

export interface IncomingBatch extends TelemetryHead {
  readonly records: RecordColumns;
}

export function isNumbers(value: unknown): value is readonly number[] {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (typeof item !== 'number') return false;
  return true;
}
