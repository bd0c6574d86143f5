// Every way in which the selector says no, with its stable code, status and what to do about it.

import { type ErrorBody, type ErrorDefinition, ServiceError } from '@everypath/schema';

const definitions = {
  EP_INVALID_REQUEST: {
    status: 400,
    hint: 'Compare the request with /openapi.json; `issues` names the fields.',
  },
  EP_UNAUTHORIZED: { status: 401, hint: 'Send the publish token as `Authorization: Bearer <token>`.' },
  EP_FUNCTION_NOT_FOUND: { status: 404, hint: 'Publish it first: `everypath compile FILE.py`.' },
  EP_VARIANT_NOT_FOUND: { status: 404, hint: '`everypath variants TAG` lists the variants of a function.' },
  EP_OVERRIDE_NOT_FOUND: {
    status: 404,
    hint: 'GET the overrides of the function to see which scopes have one.',
  },
  EP_ARTIFACT_NOT_FOUND: { status: 404, hint: 'PUT it to /v1/artifacts/<sha256> first.' },
  EP_NO_VARIANT_FOR_DEVICE: {
    status: 422,
    hint: 'Compile the function for this target, or for a lower ISA level of it.',
  },
  EP_VARIANT_DOES_NOT_RUN: {
    status: 422,
    hint: 'Force or pin a variant of the same target, whose ISA level and libraries the device has.',
  },
  EP_VARIANT_KILLED: { status: 409, hint: '`everypath kill show` lists what is switched off, and why.' },
  EP_TOKEN: { status: 401, hint: 'Send the telemetryToken of the manifest that the report is about.' },
  EP_KILL_NOT_FOUND: { status: 404, hint: 'GET /v1/kills lists the switches and their ids.' },
  EP_ARTIFACTS_MISSING: { status: 409, hint: 'PUT the artifacts that `issues` lists, then publish again.' },
  EP_PATH_LENGTH: { status: 422, hint: 'A path has one operator variant for each node of the function.' },
  EP_TAG_MISMATCH: { status: 400, hint: 'The tag in the address and the tag in the body must be the same.' },
  EP_ARTIFACT_TOO_LARGE: { status: 413, hint: 'A program is at most 64 MiB.' },
  EP_ARTIFACT_HASH: { status: 422, hint: 'Send the bytes whose SHA-256 the address names.' },
  EP_ARTIFACT_CORRUPT: { status: 500, hint: 'The stored file was damaged; publish the function again.' },
  EP_STORAGE_FULL: {
    status: 507,
    hint: 'Free space where the artifacts are kept; nothing was half-written.',
  },
  EP_REGISTRY_UNAVAILABLE: {
    status: 503,
    hint: 'Postgres is away; fetches go on from memory. Try the write again shortly.',
  },
  EP_MODELS_UNAVAILABLE: {
    status: 503,
    hint: 'ClickHouse is away; the last models stay in use. Try again shortly.',
  },
  EP_BAD_TABLE: {
    status: 400,
    hint: 'Columns: dataset, device, device_features (json), operator, variant, size_features (json), latency_us[, meta].',
  },
  EP_INTERNAL: { status: 500, hint: 'A defect of the service; its log has the details.' },
} as const satisfies Readonly<Record<string, ErrorDefinition>>;

export type SelectorErrorCode = keyof typeof definitions;

type Issue = NonNullable<ErrorBody['error']['issues']>[number];

/** A refusal of the selector, with the places that are at fault where it can name them. */
export class SelectorError extends ServiceError {
  readonly issues: readonly Issue[];

  constructor(code: SelectorErrorCode, message: string, issues: readonly Issue[] = []) {
    const definition: ErrorDefinition = definitions[code];
    super(code, definition, message, definition.status === 503 ? 5 : undefined);
    this.issues = issues;
  }

  override toBody(): ErrorBody {
    const { error } = super.toBody();
    return { error: this.issues.length === 0 ? error : { ...error, issues: [...this.issues] } };
  }
}
