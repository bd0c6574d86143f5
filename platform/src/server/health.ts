// Alive, ready, and how it fares: `/healthz`, `/readyz`, `/metrics`.

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { HttpAppDependencies } from './http-app.ts';
import type { RequestMetrics } from './requests.ts';
import { selectorMetrics } from './selector-metrics.ts';

const healthSchema = z.object({ status: z.literal('ok'), instance: z.string() });
const readySchema = z.object({
  ready: z.boolean(),
  clickhouse: z.enum(['ok', 'away']),
  postgres: z.enum(['ok', 'away']),
  spool: z.enum(['ok', 'full']),
});

const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the process answers',
  responses: { 200: { description: 'It does', content: { 'application/json': { schema: healthSchema } } } },
});

const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Whether devices can be served and their telemetry taken',
  responses: {
    200: { description: 'Ready', content: { 'application/json': { schema: readySchema } } },
    503: {
      description: 'Not ready, and which part',
      content: { 'application/json': { schema: readySchema } },
    },
  },
});

export function healthRoutes(dependencies: HttpAppDependencies, requests: RequestMetrics): OpenAPIHono {
  const { selector, ingest, instance } = dependencies;
  const app = new OpenAPIHono();
  app.openapi(healthRoute, (c) => c.json({ status: 'ok' as const, instance }, 200));
  app.openapi(readyRoute, async (c) => {
    const [ingestState, registry] = await Promise.all([ingest.ready(), selector.ready()]);
    // ClickHouse may be away: the spool stands in, and devices are served from the models at hand.
    const ready = ingestState.ready && registry;
    const postgres = registry ? ('ok' as const) : ('away' as const);
    return c.json(
      { ready, clickhouse: ingestState.clickhouse, postgres, spool: ingestState.spool },
      ready ? 200 : 503,
    );
  });
  const processMetrics = new Registry();
  // Memory, CPU, event loop, garbage: what a Node process has to say of itself.
  collectDefaultMetrics({ register: processMetrics });
  app.get('/metrics', async (c) => {
    const parts = [await requests.metrics(), selectorMetrics(selector.stats()), await ingest.metrics()];
    return c.text(
      [...parts, await processMetrics.metrics()]
        .map((part) => part.trimEnd())
        .join('\n')
        .concat('\n'),
      200,
      {
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      },
    );
  });
  return app;
}
