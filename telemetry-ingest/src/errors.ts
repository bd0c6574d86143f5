// Every way in which a batch can be refused as a whole, and every reason for which one record is.

import { type ErrorDefinition, ServiceError } from '@everypath/schema';

const REFUSALS = {
  EP_MALFORMED: { status: 400, hint: 'Send one batch as described at /openapi.json.' },
  EP_TOKEN_INVALID: {
    status: 401,
    hint: 'Fetch the function again and use the telemetryToken of its manifest.',
  },
  EP_TOKEN_EXPIRED: {
    status: 401,
    hint: 'A token counts for what was measured before it expired. Fetch the function again.',
  },
  EP_TOKEN_MISMATCH: {
    status: 403,
    hint: 'A token counts only for the tag and variant of the manifest that it came with.',
  },
  EP_TOO_LARGE: { status: 413, hint: 'Send fewer records in a batch.' },
  EP_MEDIA_TYPE: {
    status: 415,
    hint: 'Send content-type application/json or application/cbor, plain or with content-encoding gzip or zstd.',
  },
  EP_INVALID_BATCH: { status: 422, hint: 'The issues name each field that is wrong.' },
  EP_UNKNOWN_VARIANT: { status: 422, hint: 'Only variants that the registry knows can be reported on.' },
  EP_RATE_LIMITED: { status: 429, hint: 'Keep the batch and send it again, with the same batchId.' },
  EP_BUSY: { status: 503, hint: 'Keep the batch and send it again, with the same batchId.' },
  EP_UNAVAILABLE: { status: 503, hint: 'Keep the batch and send it again, with the same batchId.' },
  EP_SPOOL_FULL: { status: 503, hint: 'Keep the batch and send it again, with the same batchId.' },
  EP_DISK_FULL: { status: 507, hint: 'Keep the batch and send it again, with the same batchId.' },
} as const satisfies Record<string, ErrorDefinition>;

export type RefusalCode = keyof typeof REFUSALS;

/** The error that refuses a batch. */
export const refusal = (code: RefusalCode, message: string, retryAfterSeconds?: number): ServiceError =>
  new ServiceError(code, REFUSALS[code], message, retryAfterSeconds);

/** Why one record of an otherwise good batch is not counted. */
export type RecordRejection =
  | 'EP_INVALID_RECORD'
  | 'EP_UNKNOWN_NODE'
  | 'EP_FEATURE_COUNT'
  | 'EP_SAMPLES_EXCEED_CALLS'
  | 'EP_IMPOSSIBLE_LATENCY'
  | 'EP_IMPOSSIBLE_CALLS'
  | 'EP_CARDINALITY';
