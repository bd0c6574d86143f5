// Turns what a handler throws into the one error body. Internals go to the log, never to the caller.

import { type ErrorBody, ServiceError } from '@everypath/schema';
import type { HttpBindings } from '@hono/node-server';
import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Log } from '../log.ts';
import { REQUEST_ID_HEADER } from './requests.ts';

const body = (code: string, message: string, hint: string): ErrorBody => ({ error: { code, message, hint } });

export function errorHandler(log: Log): ErrorHandler {
  return (error, c) => {
    const requestId = requestIdOf(c);
    if (error instanceof ServiceError) {
      if (error.status >= 500)
        log.error({ requestId, code: error.code, error: error.message }, 'service error');
      if (error.retryAfterSeconds !== undefined) c.header('retry-after', String(error.retryAfterSeconds));
      return c.json(error.toBody(), error.status);
    }
    if (error instanceof HTTPException) {
      const { status } = error;
      const code = status === 413 ? 'EP_TOO_LARGE' : 'EP_MALFORMED';
      return c.json(body(code, error.message || 'the request is not valid', 'See /openapi.json'), status);
    }
    log.error({ requestId, error: error.stack ?? String(error) }, 'unexpected fault');
    return c.json(
      body(
        'EP_INTERNAL',
        'the service failed to answer',
        `Say request ${requestId ?? 'unknown'} when you report it.`,
      ),
      500,
    );
  };
}

/** As it was put on Node's response; none where the app answers without Node's server. */
function requestIdOf({ env }: Context): string | undefined {
  const id = (env as Partial<HttpBindings> | undefined)?.outgoing?.getHeader(REQUEST_ID_HEADER);
  return id === undefined ? undefined : String(id);
}

export const notFound: NotFoundHandler = (c) =>
  c.json(body('EP_NOT_FOUND', `nothing at ${new URL(c.req.url).pathname}`, 'See /openapi.json'), 404);
