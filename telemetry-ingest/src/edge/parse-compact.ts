// A batch from the compact encoding: CBOR whose records are columns. Columns that do not fit together refuse the
// batch, because then no record of it can be told from its neighbours.

import { TELEMETRY_LIMITS, telemetryHeadSchema } from '@everypath/schema';
import { z } from 'zod';
import { refusal } from '../errors.ts';
import { CborError, type CborValue, decodeCbor } from './cbor.ts';
import { type IncomingBatch, isNumbers, type RecordColumns } from './incoming-batch.ts';
import { invalidBatch } from './invalid-batch.ts';

const headSchema = z.compile(telemetryHeadSchema);
const NOTHING_MALFORMED: ReadonlyMap<number, string> = new Map();

/** Takes the bytes of a body, or throws the refusal that names what is wrong with them. */
export function parseCompactBatch(bytes: Buffer): IncomingBatch {
  const map = mapOf(bytes);
  map.batchId = uuidText(map.batchId) ?? null;
  const parsed = headSchema.safeParse(map);
  if (!parsed.success) throw invalidBatch(parsed.error.issues);
  return { ...parsed.data, records: readColumns(map.columns) };
}

function mapOf(bytes: Buffer): { [key: string]: CborValue } {
  let value: CborValue;
  try {
    value = decodeCbor(bytes);
  } catch (error) {
    if (error instanceof CborError) throw refusal('EP_MALFORMED', `the body is not CBOR: ${error.message}`);
    throw error;
  }
  if (!isMap(value)) throw refusal('EP_MALFORMED', 'the body is not a CBOR map');
  return value;
}

const isMap = (value: CborValue | undefined): value is { [key: string]: CborValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** Sixteen bytes as a UUID's text; anything else as it is, for the schema to refuse. */
function uuidText(value: CborValue | undefined): CborValue | undefined {
  if (!Buffer.isBuffer(value) || value.length !== 16) return value;
  const digits = value.toString('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

const misfit = (path: string, message: string) =>
  invalidBatch([{ path: path === '' ? ['columns'] : ['columns', path], message }]);

function numbersOf(columns: { readonly [key: string]: CborValue }, name: string): readonly number[] {
  const value = columns[name];
  if (isNumbers(value)) return value;
  throw misfit(name, 'expected an array of numbers');
}

function readColumns(value: CborValue | undefined): RecordColumns {
  if (!isMap(value)) throw misfit('', 'expected a map of columns');
  const node = numbersOf(value, 'node');
  const calls = numbersOf(value, 'calls');
  const count = node.length;
  if (count < 1 || count > TELEMETRY_LIMITS.records) {
    throw misfit('node', `expected 1 to ${TELEMETRY_LIMITS.records} records`);
  }
  if (calls.length !== count) throw misfit('calls', `expected one for each of ${count} records`);
  return {
    count,
    node,
    calls,
    features: cut(value, 'features', 'featureCounts', count),
    samplesNs: cut(value, 'samplesNs', 'sampleCounts', count),
    malformed: NOTHING_MALFORMED,
  };
}

/** The items of one column, cut by the counts in another. */
function cut(
  columns: { readonly [key: string]: CborValue },
  name: string,
  countsName: string,
  records: number,
): readonly (readonly number[])[] {
  const counts = numbersOf(columns, countsName);
  const items = numbersOf(columns, name);
  if (counts.length !== records) throw misfit(countsName, `expected one for each of ${records} records`);
  const parts: (readonly number[])[] = [];
  let start = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] ?? Number.NaN;
    if (!Number.isInteger(count) || count < 0 || start + count > items.length) {
      throw misfit(countsName, `the counts do not fit ${items.length} items`);
    }
    parts.push(items.slice(start, start + count));
    start += count;
  }
  if (start !== items.length) throw misfit(countsName, `the counts do not fit ${items.length} items`);
  return parts;
}
