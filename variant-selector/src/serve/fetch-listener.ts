// Fetches straight from Node's request to Node's response. Every device comes through here, and the web's request,
// response and promises that a framework puts around a handler take longer than deciding and signing do.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import { refusalOf } from './api.ts';
import { type FetchHandler, fetchHeaders, MOST_FETCH_BYTES } from './fetch-handler.ts';
import { Outbox } from './outbox.ts';

const PREFIX = '/v1/functions/';
const SUFFIX = '/fetch';

/** Answers if the request is a fetch of the usual form, and says whether it is; the routes answer any other. */
export type FetchListener = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;

export function createFetchListener(handle: FetchHandler, log: Log): FetchListener {
  const outbox = new Outbox();
  return (incoming, outgoing) => {
    const { url = '', method, headers } = incoming;
    if (method !== 'POST' || !url.startsWith(PREFIX) || !url.endsWith(SUFFIX)) return false;
    const tag = url.slice(PREFIX.length, -SUFFIX.length);
    if (tag.includes('%') || tag.includes('?')) return false;
    // Longer ones, and those of unknown length, are for whoever can stop reading.
    const length = Number(headers['content-length'] ?? Number.NaN);
    if (!(length <= MOST_FETCH_BYTES)) return false;
    readWhole(incoming, (body) =>
      answer(outgoing, outbox, handle, tag, body.toString('utf8'), headers['if-none-match'], log),
    );
    return true;
  };
}

/**
 * The body, as Node's parser hands it over: by `push`, piece by piece, and null at the end. As a stream it would go through
 * several turns of the event loop. A caller that hangs up before the end is not answered.
 */
function readWhole(incoming: IncomingMessage, then: (body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  incoming.push = (piece: Buffer | null) => {
    if (piece === null) then(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
    else pieces.push(piece);
    return piece !== null;
  };
}

function answer(
  outgoing: ServerResponse,
  outbox: Outbox,
  handle: FetchHandler,
  tag: string,
  text: string,
  ifNoneMatch: string | undefined,
  log: Log,
): void {
  try {
    const answered = handle(tag, text, ifNoneMatch);
    const headers = fetchHeaders(answered);
    if (answered.kind === 'unchanged') {
      outbox.end(outgoing.writeHead(304, headers), '');
      return;
    }
    const body = answered.text;
    const described = { ...headers, 'content-type': 'application/json', 'content-length': body.length };
    outbox.end(outgoing.writeHead(200, described), body);
  } catch (error) {
    const refusal = refusalOf(error as Error);
    if (refusal.status >= 500) log.error({ tag, error: String(error) }, 'a fetch failed');
    if (refusal.retryAfterSeconds !== undefined) outgoing.setHeader('retry-after', refusal.retryAfterSeconds);
    outgoing
      .writeHead(refusal.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(refusal.toBody()));
  }
}
