// One OpenAPIHono as every route of this package wants it: invalid requests and refusals become an `ErrorBody`,
// anything else is logged and answered without details.

import {
  type ErrorBody,
  errorBodySchema,
  parameterSchema,
  ServiceError,
  typeSchema,
} from '@everypath/schema';
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';

// Types and defaults nest without end: the OpenAPI document names them instead of unfolding them.
z.globalRegistry.add(typeSchema, {
  type: 'object',
  description: 'The type of a value: see schema/src/types.ts.',
});
z.globalRegistry.add(parameterSchema.shape.default, { type: 'object', description: 'Any JSON value.' });

/** An empty app whose failures are `ErrorBody`s. */
export function createApi(log: Log): OpenAPIHono {
  const api = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const issues = result.error.issues.map((issue) => ({
        path: issue.path.map(String).join('.'),
        message: issue.message,
      }));
      throw new SelectorError('EP_INVALID_REQUEST', `the ${result.target} is not valid`, issues);
    },
  });
  api.onError((error, context) => refuse(error, context, log));
  return api;
}

/** The answer to a request that failed. */
export function refuse(error: Error, context: Context, log: Log): Response {
  const refusal = refusalOf(error);
  if (refusal.status >= 500) log.error({ path: context.req.path, error: String(error) }, 'a request failed');
  if (refusal.retryAfterSeconds !== undefined)
    context.header('Retry-After', String(refusal.retryAfterSeconds));
  return context.json<ErrorBody>(refusal.toBody(), refusal.status);
}

/** What is said of a failure: its own words where it has some for callers. */
export function refusalOf(error: Error): ServiceError {
  if (error instanceof ServiceError) return error;
  // Hono's own: a body that is not JSON.
  if (error instanceof HTTPException && error.status < 500)
    return new SelectorError('EP_INVALID_REQUEST', error.message);
  return new SelectorError('EP_INTERNAL', 'the request could not be served');
}

/** The `responses` entry of a JSON answer. */
export const jsonResponse = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** The `request.body` of a JSON request. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
});

/** What any route may answer besides. */
export const refusals = {
  '4XX': jsonResponse(errorBodySchema, 'Refused; `error.code` says why.'),
  '5XX': jsonResponse(errorBodySchema, 'Failed; try again when `Retry-After` is set.'),
};

/** `@user` and `name` in the address. */
export const tagParameters = z.object({
  user: z.string().regex(/^@[a-z0-9][a-z0-9-]{0,38}$/),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
});
