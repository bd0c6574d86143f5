// The telemetry batch: per-node latency samples of one variant on one device. No inputs, no outputs, no addresses.

import { z } from 'zod';
import { deviceFeaturesSchema } from './device.ts';
import { tagSchema, variantIdSchema } from './program.ts';

/** Why the sampled calls ran this variant. Only `auto` and `explore` feed the models. */
export const CAUSES = ['auto', 'explore', 'forced', 'bench'] as const;
export const causeSchema = z.enum(CAUSES);
export type Cause = z.output<typeof causeSchema>;

export const WHOLE_CALL = 0xffffffff;

/** One probe record: see `ep_probe_record` in `include/everypath.h`. */
export const telemetryRecordSchema = z.object({
  /** Node index, or 4294967295 for the whole call. */
  node: z.number().int().min(0).max(WHOLE_CALL),
  /** Size features, in the order that the node's description names them. */
  features: z.array(z.number().finite().nonnegative()).max(4),
  /** Timed calls that these samples stand for. */
  calls: z.number().int().positive().max(1e12),
  samplesNs: z.array(z.number().nonnegative().max(3.6e12)).min(1).max(32),
});
export type TelemetryRecord = z.output<typeof telemetryRecordSchema>;

export const telemetryBatchSchema = z.object({
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
  records: z.array(telemetryRecordSchema).min(1).max(512),
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
