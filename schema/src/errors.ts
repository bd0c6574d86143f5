// The body of every error response, and the kinds of failure a service can answer with.

import { z } from 'zod';

export const errorBodySchema = z.object({
  error: z.object({
    /** Stable, for programs: `EP_FUNCTION_NOT_FOUND`. */
    code: z.string(),
    message: z.string(),
    /** What to do about it. */
    hint: z.string(),
    /** Where validation failed, when it did. */
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});
export type ErrorBody = z.output<typeof errorBodySchema>;

export interface ErrorDefinition {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503 | 507;
  readonly hint: string;
}

/** An error with a stable code from a package's registry; services turn it into an `ErrorBody`. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: ErrorDefinition['status'];
  readonly hint: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, definition: ErrorDefinition, message: string, retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.status = definition.status;
    this.hint = definition.hint;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  toBody(): ErrorBody {
    return { error: { code: this.code, message: this.message, hint: this.hint } };
  }
}
