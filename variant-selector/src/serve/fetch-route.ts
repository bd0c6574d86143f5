// POST …/fetch, the route that every device comes through: documented by its schema, answered by hand, because a
// generic validator and serialiser took more time than deciding and signing.

import { type FetchRequest, fetchRequestSchema, signedManifestSchema } from '@everypath/schema';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { SelectorError } from '../errors.ts';
import { jsonBody, jsonResponse, refusals, tagParameters } from './api.ts';
import { answerFetch, type FetchDependencies } from './fetch.ts';
import { readBody } from './read-body.ts';

const compiled = z.compile(fetchRequestSchema);

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

/** Adds the route. */
export function addFetchRoute(api: OpenAPIHono, dependencies: FetchDependencies): void {
  api.openAPIRegistry.registerPath(fetchRoute);
  api.post('/v1/functions/:user/:name/fetch', async (context) => {
    const { user, name } = context.req.param();
    const body = readRequest(await readBody(context));
    const answer = answerFetch(dependencies, `${user}/${name}`, body, context.req.header('if-none-match'));
    const headers = {
      etag: answer.etag,
      'cache-control': `private, max-age=${answer.maxAgeS}`,
    };
    if (answer.kind === 'unchanged') return context.body(null, 304, headers);
    const { manifest, signature, keyId } = answer.signed;
    // Base64 and a key's name need no escapes.
    const text = `{"manifest":"${manifest}","signature":"${signature}","keyId":"${keyId}"}`;
    return context.body(text, 200, { ...headers, 'content-type': 'application/json' });
  });
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
