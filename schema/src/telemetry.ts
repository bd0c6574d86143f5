// The telemetry batch: per-node latency samples of one variant on one device. No inputs, no outputs, no addresses.

import { z } from 'zod';
import { deviceFeaturesSchema } from './device.ts';
import { tagSchema, variantIdSchema } from './program.ts';

/** Why the sampled calls ran this variant. Only `auto` and `explore` feed the models. */
export const CAUSES = ['auto', 'explore', 'forced', 'bench'] as const;
export const causeSchema = z.enum(CAUSES);
export type Cause = z.output<typeof causeSchema>;

export const WHOLE_CALL = 0xffffffff;

/** Media types of a batch: the JSON object below, or the same batch in columns (`docs/telemetry-protocol.md`). */
export const TELEMETRY_JSON = 'application/json';
export const TELEMETRY_COMPACT = 'application/cbor';

/** Request header: the client's clock as it sends, in milliseconds since 1970; tells a wrong clock from a late batch. */
export const SENT_AT_HEADER = 'everypath-sent-at';

/** Bounds of a batch and of its records. A record beyond its own is rejected by itself, a batch as a whole. */
export const TELEMETRY_LIMITS = {
  records: 512,
  samples: 32,
  features: 4,
  calls: 1e12,
  /** An hour. */
  latencyNs: 3.6e12,
} as const;

/** One probe record: see `ep_probe_record` in `include/everypath.h`. */
export const telemetryRecordSchema = z.object({
  /** Node index, or 4294967295 for the whole call. */
  node: z.number().int().min(0).max(WHOLE_CALL),
  /** Size features, in the order that the node's description names them. */
  features: z.array(z.number().finite().nonnegative()).max(TELEMETRY_LIMITS.features),
  /** Timed calls that these samples stand for. */
  calls: z.number().int().positive().max(TELEMETRY_LIMITS.calls),
  /** Zero only from a clock too coarse to see the call. */
  samplesNs: z
    .array(z.number().nonnegative().max(TELEMETRY_LIMITS.latencyNs))
    .min(1)
    .max(TELEMETRY_LIMITS.samples),
});
export type TelemetryRecord = z.output<typeof telemetryRecordSchema>;

const head = {
  version: z.literal(1),
  /** Made by the client once and kept over retries: a batch counts once. */
  batchId: z.uuid(),
  /** From the manifest: says which device was served which variant. */
  token: z.string().min(16).max(2048),
  tag: tagSchema,
  variant: variantIdSchema,
  cause: causeSchema,
  device: deviceFeaturesSchema,
  /** Client clock, milliseconds since 1970, when the batch was sealed. */
  sealedAtMs: z.number().int().nonnegative(),
};

/** All of a batch but its records. */
export const telemetryHeadSchema = z.object(head);
export type TelemetryHead = z.output<typeof telemetryHeadSchema>;

export const telemetryBatchSchema = z.object({
  ...head,
  records: z.array(telemetryRecordSchema).min(1).max(TELEMETRY_LIMITS.records),
});
export type TelemetryBatch = z.output<typeof telemetryBatchSchema>;
export type TelemetryBatchInput = z.input<typeof telemetryBatchSchema>;

export const telemetryReceiptSchema = z.object({
  batchId: z.uuid(),
  /** stored: durable, will be counted once. duplicate: had been stored before. */
  status: z.enum(['stored', 'duplicate']),
  accepted: z.number().int(),
  rejected: z.array(z.object({ index: z.number().int(), code: z.string(), message: z.string() })),
});
export type TelemetryReceipt = z.output<typeof telemetryReceiptSchema>;
