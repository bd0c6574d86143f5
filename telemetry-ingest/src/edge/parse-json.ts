// A batch from JSON. The head must be right, or the batch is refused; a record that is no record is noted and costs
// the batch nothing else.

import { TELEMETRY_LIMITS, telemetryHeadSchema } from '@everypath/schema';
import { z } from 'zod';
import { type IncomingBatch, isNumbers } from './incoming-batch.ts';
import { invalidBatch } from './invalid-batch.ts';

const jsonBatchSchema = z.compile(
  z.object({
    ...telemetryHeadSchema.shape,
    records: z.array(z.unknown()).min(1).max(TELEMETRY_LIMITS.records),
  }),
);

const NONE: readonly number[] = [];

/** Takes a parsed body, or throws the refusal that names what is wrong with it. */
export function parseJsonBatch(body: unknown): IncomingBatch {
  const parsed = jsonBatchSchema.safeParse(body);
  if (!parsed.success) throw invalidBatch(parsed.error.issues);
  const { records, ...head } = parsed.data;
  const node: number[] = [];
  const calls: number[] = [];
  const features: (readonly number[])[] = [];
  const samplesNs: (readonly number[])[] = [];
  const malformed = new Map<number, string>();
  for (const [index, record] of records.entries()) {
    const given = (typeof record === 'object' && record !== null ? record : {}) as Record<string, unknown>;
    const fault = formFault(given);
    if (fault !== undefined) malformed.set(index, fault);
    node.push(typeof given.node === 'number' ? given.node : 0);
    calls.push(typeof given.calls === 'number' ? given.calls : 0);
    features.push(isNumbers(given.features) ? given.features : NONE);
    samplesNs.push(isNumbers(given.samplesNs) ? given.samplesNs : NONE);
  }
  return { ...head, records: { count: records.length, node, calls, features, samplesNs, malformed } };
}

function formFault(given: Record<string, unknown>): string | undefined {
  if (typeof given.node !== 'number') return 'node is not a number';
  if (typeof given.calls !== 'number') return 'calls is not a number';
  if (!isNumbers(given.features)) return 'features is not an array of numbers';
  if (!isNumbers(given.samplesNs)) return 'samplesNs is not an array of numbers';
  return undefined;
}
