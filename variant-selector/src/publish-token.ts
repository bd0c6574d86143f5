// The developers' right to write: one bearer token, compared in constant time.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { SelectorError } from './errors.ts';

/** Throws unless the Authorization header carries the token. */
export function requirePublishToken(authorization: string | undefined, publishToken: string): void {
  const given = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
  // Hashed first: equal lengths, whatever was sent. An empty token opens nothing.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const same = given !== undefined && timingSafeEqual(digest(given), digest(publishToken));
  if (publishToken === '' || !same) {
    throw new SelectorError('EP_UNAUTHORIZED', 'writing needs the publish token');
  }
}

/** Guards what changes something, before bodies are read and checked: strangers cost nothing and learn nothing. */
export function guardWrites(api: OpenAPIHono, path: string, publishToken: string): void {
  // By method, so that reading and fetching do not come past here.
  api.on(['PUT', 'DELETE'], path, async (context, next) => {
    requirePublishToken(context.req.header('authorization'), publishToken);
    await next();
  });
}
