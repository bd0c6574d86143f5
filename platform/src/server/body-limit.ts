// How much a request may carry. A length that is told is judged as it is told, before anything is read: hono's own limit
// opens the body for that, and a body that is open and unread when the request is refused holds up the connection, and the next
// request on it, until both are cut off half a second later.

import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';

/** Refuses bodies of more than `maxBytes` with 413. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  const limitUntold = bodyLimit({ maxSize: maxBytes });
  return async (c, next) => {
    const length = c.req.header('content-length');
    if (length === undefined || c.req.header('transfer-encoding') !== undefined) return limitUntold(c, next);
    if (Number(length) > maxBytes) throw new HTTPException(413, { message: 'Payload Too Large' });
    return next();
  };
}
