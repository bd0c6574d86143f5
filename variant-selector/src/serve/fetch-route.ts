// POST …/fetch as a route: documented by its schema. Under Node's server `fetch-listener.ts` answers in its place,
// without the web's requests and responses around it; here come those that it leaves.

import { fetchRequestSchema, signedManifestSchema } from '@everypath/schema';
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';
import { tagOf } from '../registry/function-routes.ts';
import { jsonBody, jsonResponse, refusals, refuse, tagParameters } from './api.ts';
import { type FetchHandler, fetchHeaders, MOST_FETCH_BYTES } from './fetch-handler.ts';

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
export function addFetchRoute(app: OpenAPIHono, handle: FetchHandler, log: Log): void {
  app.openAPIRegistry.registerPath(fetchRoute);
  app.post('/v1/functions/:user/:name/fetch', async (context) => {
    try {
      const text = await context.req.text();
      if (text.length > MOST_FETCH_BYTES)
        throw new SelectorError('EP_INVALID_REQUEST', `a fetch request is at most ${MOST_FETCH_BYTES} bytes`);
      const tag = tagOf(context.req.param());
      const answer = handle(tag, text, context.req.header('if-none-match'));
      return answer.kind === 'unchanged'
        ? context.body(null, 304, fetchHeaders(answer))
        : context.body(answer.text, 200, { ...fetchHeaders(answer), 'content-type': 'application/json' });
    } catch (error) {
      return refuse(error as Error, context, log);
    }
  });
}
