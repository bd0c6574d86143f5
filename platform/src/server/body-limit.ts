// How much a request may carry, judged by the length that it tells, before anything is read. hono's own limit opens the
// body: one that is refused unread then holds up the connection, and the next request on it, until both are cut off half a
// second later; and one without a length is held in memory before anyone asks for a token.

import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** Refuses bodies of more than `maxBytes` with 413, and those that do not say how long they are with 411. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.header('transfer-encoding') !== undefined)
      throw new HTTPException(411, { message: 'send the body whole, with its content-length' });
    if (Number(c.req.header('content-length') ?? 0) > maxBytes)
      throw new HTTPException(413, { message: `the body is over ${maxBytes} bytes` });
    return next();
  };
}
