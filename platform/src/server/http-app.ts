// Everything that answers on the port: the services' routes, the dashboard, the browser's page, and what operators of
// the platform need: health, readiness, metrics, the interface's description.

import type { RequestListener } from 'node:http';
import { type ClickHouseQueries, createDashboard } from '@everypath/dashboard';
import type { Ingest } from '@everypath/telemetry-ingest';
import type { Selector } from '@everypath/variant-selector';
import { getRequestListener } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { cors } from 'hono/cors';
import type { Clock, Random } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { limitBody } from './body-limit.ts';
import { browserPage } from './browser-page.ts';
import { dashboardPorts } from './dashboard-ports.ts';
import { errorHandler, notFound } from './errors.ts';
import { healthRoutes } from './health.ts';
import { openApiDocument } from './openapi.ts';
import { pathRoutes } from './path-routes.ts';
import type { PathService } from './path-service.ts';
import { createRequestMetrics, pathOf, type RequestMetrics } from './requests.ts';

export interface HttpAppDependencies {
  readonly config: Pick<Config, 'telemetry'>;
  readonly selector: Selector;
  readonly ingest: Ingest;
  /** Paths beyond those that were built; without it they are not answered for. */
  readonly paths?: { readonly service: PathService; readonly publishToken: string };
  readonly clickhouse: ClickHouseQueries;
  readonly instance: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
}

/** Programs are tens of kilobytes; a publication carries a thousand variants. The ingest has limits of its own. */
const ARTIFACT_BYTES = 64 * 2 ** 20;
const BODY_BYTES = 16 * 2 ** 20;

/** Pages of other origins are devices too. No credentials: writing needs the publish token, which no page has. */
const ANY_ORIGIN = '*';
const EXPOSED_HEADERS = ['x-request-id', 'retry-after', 'etag'];
const PREFLIGHT_S = 86_400;

/** Answers Node's requests. */
export function createHttpListener(dependencies: HttpAppDependencies): RequestListener {
  const { log, clock, random, selector } = dependencies;
  const requests = createRequestMetrics(log, clock, random);
  const byRoute = getRequestListener(createRoutes(dependencies, requests).fetch);
  const exposed = EXPOSED_HEADERS.join(',');
  return (incoming, outgoing) =>
    requests.around(incoming, outgoing, () => {
      if (incoming.method !== 'OPTIONS' && pathOf(incoming).startsWith('/v1/')) {
        outgoing.setHeader('access-control-allow-origin', ANY_ORIGIN);
        outgoing.setHeader('access-control-expose-headers', exposed);
      }
      if (!selector.fetchListener(incoming, outgoing)) void byRoute(incoming, outgoing);
    });
}

function createRoutes(dependencies: HttpAppDependencies, requests: RequestMetrics): OpenAPIHono {
  const { selector, ingest, clickhouse, log, clock } = dependencies;
  const app = new OpenAPIHono();
  app.onError(errorHandler(log));
  app.notFound(notFound);
  app.options('/v1/*', cors({ origin: ANY_ORIGIN, exposeHeaders: EXPOSED_HEADERS, maxAge: PREFLIGHT_S }));
  app.use('/v1/artifacts/*', async (c, next) => {
    await next();
    c.header('cross-origin-resource-policy', 'cross-origin');
  });
  app.use('/v1/artifacts/*', limitBody(ARTIFACT_BYTES));
  app.use('/v1/functions/*', limitBody(BODY_BYTES));
  app.use('/v1/models/*', limitBody(BODY_BYTES));

  app.route('/', selector.app);
  if (dependencies.paths)
    app.route('/', pathRoutes(dependencies.paths.service, dependencies.paths.publishToken));
  if (dependencies.config.telemetry === 'on') app.route('/', ingest.app);
  else app.post('/v1/telemetry', (c) => c.json({ error: TELEMETRY_OFF }, 503));
  app.route('/', healthRoutes(dependencies, requests));
  app.get('/openapi.json', (c) => c.json(openApiDocument(app)));
  app.route(
    '/',
    browserPage(async () => (await import('@everypath/client/bundle')).buildBrowserBundle()),
  );
  app.route('/', createDashboard({ clickhouse, platform: dashboardPorts(selector, ingest), clock }).app);
  return app;
}

const TELEMETRY_OFF = {
  code: 'EP_TELEMETRY_OFF',
  message: 'this service takes no telemetry',
  hint: 'It was started with --telemetry off.',
};
