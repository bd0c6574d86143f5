// Kill switches over HTTP. Reading is open; switching needs the publish token.

import { tagSchema, variantIdSchema } from '@everypath/schema';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Kill } from '../policy/kill.ts';
import { guardWrites } from '../publish-token.ts';
import { createApi, jsonBody, jsonResponse, refusals } from '../serve/api.ts';
import type { Registry } from './registry.ts';

/** PostgreSQL keeps every character but this one. */
const kept = (text: string): boolean => !text.includes('\0');
const text = (max: number) => z.string().max(max).refine(kept, 'a null character cannot be kept');

const common = {
  /** Empty: everyone. Else a target, or the beginning of a device class. */
  scope: text(400).default(''),
  note: text(1000).default(''),
};
const requestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('variant'), tag: tagSchema, variant: variantIdSchema, ...common }),
  z.object({
    kind: z.literal('operator-variant'),
    operator: text(400).min(1),
    operatorVariant: text(200).min(1),
    ...common,
  }),
]);
const killSchema = z.object({
  id: z.string(),
  kind: z.enum(['variant', 'operator-variant']),
  tag: z.string().optional(),
  variant: z.string().optional(),
  operator: z.string().optional(),
  operatorVariant: z.string().optional(),
  scope: z.string(),
  note: z.string(),
  createdAtMs: z.number().int(),
});
const killsSchema = z.object({ kills: z.array(killSchema) });
const bearer = [{ publishToken: [] }];
const PATH = '/v1/kills';

export interface KillRoutesDependencies {
  readonly registry: Registry;
  readonly publishToken: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}

/** The routes of kill switches. */
export function killRoutes(dependencies: KillRoutesDependencies): OpenAPIHono {
  const { registry, publishToken, clock, newId, log } = dependencies;
  const api = createApi(log);
  const told = (kills: readonly Kill[]) => ({ kills: kills.map((kill) => ({ ...kill })) });
  guardWrites(api, PATH, publishToken);
  api.openapi(
    createRoute({
      method: 'get',
      path: PATH,
      summary: 'What is switched off',
      responses: { 200: jsonResponse(killsSchema, 'Oldest first'), ...refusals },
    }),
    (context) => context.json(told(registry.kills), 200),
  );
  api.openapi(
    createRoute({
      method: 'put',
      path: PATH,
      summary: 'Switch a variant, or an operator variant of all functions, off',
      security: bearer,
      request: { body: jsonBody(requestSchema) },
      responses: { 200: jsonResponse(killsSchema, 'Switched off from the next fetch on'), ...refusals },
    }),
    async (context) => {
      const kill: Kill = { ...context.req.valid('json'), id: newId(), createdAtMs: clock.nowMs() };
      await registry.addKill(kill);
      log.warn({ ...kill }, 'switched off');
      return context.json(told(registry.kills), 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'delete',
      path: PATH,
      summary: 'Switch it on again',
      security: bearer,
      request: { query: z.object({ id: z.string() }) },
      responses: { 200: jsonResponse(killsSchema, 'Served again from the next fetch on'), ...refusals },
    }),
    async (context) => {
      const { id } = context.req.valid('query');
      await registry.removeKill(id);
      log.info({ id }, 'switched on again');
      return context.json(told(registry.kills), 200);
    },
  );
  return api;
}
