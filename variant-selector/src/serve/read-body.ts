// A request's body and headers by the shortest way: straight from Node's request where the server is Node's, because
// the web stream and the `Headers` around it take longer to set up than a fetch takes to decide.

import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import { SelectorError } from '../errors.ts';

/** A fetch request is a kilobyte. */
const MOST_BYTES = 64 * 1024;

const incomingOf = (context: Context): IncomingMessage | undefined =>
  (context.env as { readonly incoming?: IncomingMessage } | undefined)?.incoming;

/** A header that comes once; `name` in lower case. */
export const headerOf = (context: Context, name: 'content-length' | 'if-none-match'): string | undefined => {
  const incoming = incomingOf(context);
  return incoming === undefined ? context.req.header(name) : incoming.headers[name];
};

/** The body; refuses one that is longer than any fetch needs. */
export async function readBody(context: Context): Promise<string> {
  const length = Number(headerOf(context, 'content-length') ?? Number.NaN);
  if (length > MOST_BYTES) throw tooLong();
  const incoming = incomingOf(context);
  // Without a length a middleware may have read it already.
  if (incoming === undefined || !(length > 0) || incoming.readableDidRead || incoming.destroyed) {
    const text = await context.req.text();
    if (text.length > MOST_BYTES) throw tooLong();
    return text;
  }
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    const rest: Buffer[] = [];
    let ended = false;
    incoming.on('data', (chunk: Buffer) => {
      if (first === undefined) first = chunk;
      else rest.push(chunk);
    });
    incoming.on('end', () => {
      ended = true;
      const bytes = rest.length === 0 ? first : Buffer.concat([first!, ...rest]);
      resolve(bytes?.toString('utf8') ?? '');
    });
    // After an error too.
    incoming.on('close', () => {
      if (!ended) reject(new SelectorError('EP_INVALID_REQUEST', 'the body ended early'));
    });
  });
}

const tooLong = (): SelectorError =>
  new SelectorError('EP_INVALID_REQUEST', `a fetch request is at most ${MOST_BYTES} bytes`);
