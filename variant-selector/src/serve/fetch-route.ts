// POST …/fetch, the route that every device comes through: documented by its schema, answered by hand, because a
// generic validator and serialiser took more time than deciding and signing.

import { type FetchRequest, fetchRequestSchema, signedManifestSchema } from '@everypath/schema';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Ask } from '../policy/decision.ts';
import { jsonBody, jsonResponse, refusals, refuse, tagParameters } from './api.ts';
import { answerFetch, askOf, type FetchDependencies, hashDeviceId } from './fetch.ts';
import { KnownRequests } from './known-requests.ts';
import { headerOf, readBody } from './read-body.ts';

const compiled = z.compile(fetchRequestSchema);

export interface FetchRouteDependencies extends FetchDependencies {
  readonly log: Log;
}

const fetchRoute = createRoute({
  method: 'post',
  path: '/v1/functions/{user}/{name}/fetch',
  summary: 'What this device should run, signed',
  description:
    'The answer carries an ETag. Sent back in If-None-Match, it is answered with 304 and nothing is signed as long as ' +
    'the device would get the same variant for the same reason; at the latest after a quarter of the manifest’s life a ' +
    'fresh one comes.',
  request: { params: tagParameters, body: jsonBody(fetchRequestSchema) },
  responses: {
    200: jsonResponse(signedManifestSchema, 'A signed manifest of one variant'),
    304: { description: 'What the device has is still the answer' },
    ...refusals,
  },
});

const PREFIX = '/v1/functions/';
const SUFFIX = '/fetch';

/** Adds the route. On the outermost app it costs least: every app between wraps its handlers in promises. */
export function addFetchRoute(app: OpenAPIHono, dependencies: FetchRouteDependencies): void {
  app.openAPIRegistry.registerPath(fetchRoute);
  const known = new KnownRequests();
  const read = (text: string): Ask => askOf(readRequest(text));
  app.post('/v1/functions/:user/:name/fetch', async (context) => {
    try {
      const ask = known.read(await readBody(context), read, hashDeviceId);
      const answer = answerFetch(dependencies, tagIn(context), ask, headerOf(context, 'if-none-match'));
      const headers = { etag: answer.etag, 'cache-control': `private, max-age=${answer.maxAgeS}` };
      // Not by the context's helpers: these make a `Headers`, which takes longer than the decision.
      return answer.kind === 'unchanged'
        ? new Response(null, { status: 304, headers })
        : new Response(answer.text, { headers: { ...headers, 'content-type': 'application/json' } });
    } catch (error) {
      return refuse(error as Error, context, dependencies.log);
    }
  });
}

function tagIn({ req }: Context): string {
  const { path } = req;
  const tag = path.slice(PREFIX.length, -SUFFIX.length);
  if (path.startsWith(PREFIX) && path.endsWith(SUFFIX) && !tag.includes('%')) return tag;
  const { user, name } = req.param() as Record<'user' | 'name', string>;
  return `${user}/${name}`;
}

/** A fetch request from its text. */
export function readRequest(text: string): FetchRequest {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new SelectorError('EP_INVALID_REQUEST', 'the body is not JSON');
  }
  const parsed = compiled.safeParse(body);
  if (parsed.success) return parsed.data as FetchRequest;
  const issues = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  throw new SelectorError('EP_INVALID_REQUEST', 'the json is not valid', issues);
}
