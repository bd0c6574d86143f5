// The selector over HTTP, but for fetches: explain, keys, decisions, models.

import type { ClickHouseClient } from '@clickhouse/client';
import {
  causeSchema,
  type FetchRequest,
  fetchRequestSchema,
  keySetSchema,
  reasonSchema,
  tagSchema,
} from '@everypath/schema';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PolicyOptions } from '../policy/options.ts';
import { requirePublishToken } from '../publish-token.ts';
import type { Decision } from '../registry/decision-store.ts';
import { tagOf } from '../registry/function-routes.ts';
import type { ServiceKeys } from '../signing/key-folder.ts';
import { createApi, jsonBody, jsonResponse, refusals, tagParameters } from './api.ts';
import { addCrashRoute } from './crash-route.ts';
import { explain, explanationSchema } from './explanation.ts';
import { askOf, type FetchDependencies } from './fetch.ts';
import { readRequest } from './fetch-handler.ts';
import { addOffPolicyRoute } from './off-policy-route.ts';

const decisionSchema = z.object({
  id: z.string(),
  tag: z.string(),
  variant: z.string(),
  /** Hash of the device's random id. */
  device: z.string(),
  deviceClass: z.string(),
  reason: reasonSchema,
  cause: causeSchema,
  propensity: z.number(),
  predictedNs: z.number().nullable(),
  generation: z.number().int(),
  decidedAtMs: z.number().int(),
});

const refitSchema = z.object({
  changed: z.boolean(),
  generation: z.number().int(),
  observations: z.number().int(),
  samples: z.number(),
  families: z.number().int(),
  durationMs: z.number(),
  how: z.enum(['none', 'exact', 'cells', 'increment']),
});

const evidence = {
  samples: z.number(),
  sessions: z.number(),
  calmSessions: z.number(),
  hidden: z.number(),
  devices: z.number(),
};
const modelsSchema = z.object({
  generation: z.number().int(),
  fittedAtMs: z.number().int().nullable(),
  observations: z.number().int(),
  samples: z.number(),
  /** How fitting fares: whether one runs, and the last one with its time and the fitting thread's memory. */
  refit: z.object({
    running: z.boolean(),
    refits: z.number().int(),
    failures: z.number().int(),
    last: z.object({ ...refitSchema.shape, readMs: z.number(), heapBytes: z.number() }).nullable(),
  }),
  /** Operator variants whose latency changed of late, newest first; what was measured before is forgotten. */
  changes: z.array(
    z.object({
      deviceClass: z.string(),
      operator: z.string(),
      specialization: z.string(),
      operatorVariant: z.string(),
      sinceMs: z.number(),
      detectedAtMs: z.number(),
      shift: z.number(),
    }),
  ),
  families: z.array(
    z.object({
      operator: z.string(),
      specialization: z.string(),
      operatorVariants: z.array(
        z.object({ name: z.string(), cells: z.array(z.object({ deviceClass: z.string(), ...evidence })) }),
      ),
    }),
  ),
});

export interface SelectorRoutesDependencies extends FetchDependencies {
  readonly log: Log;
  readonly keys: ServiceKeys;
  readonly policyOptions: PolicyOptions;
  readonly clickhouse: ClickHouseClient;
  readonly publishToken: string;
  readonly listDecisions: (query: {
    readonly tag?: string | undefined;
    readonly limit: number;
  }) => Promise<readonly Decision[]>;
}

/** The selector's routes. */
export function selectorRoutes(dependencies: SelectorRoutesDependencies): OpenAPIHono {
  const { registry, keeper, policy, keys, publishToken, log } = dependencies;
  const api = createApi(log);

  const explainTo = (tag: string, request: FetchRequest) =>
    explain(policy, dependencies.policyOptions, registry.get(tag), keeper.knowledge(), askOf(request));

  addCrashRoute(api, dependencies);

  api.openapi(
    createRoute({
      method: 'post',
      path: '/v1/functions/{user}/{name}/explain',
      summary: 'Why a device is served what it is served',
      request: { params: tagParameters, body: jsonBody(fetchRequestSchema) },
      responses: { 200: jsonResponse(explanationSchema, 'Candidates, figures and samples'), ...refusals },
    }),
    (context) => context.json(explainTo(tagOf(context.req.valid('param')), context.req.valid('json')), 200),
  );

  api.openapi(
    createRoute({
      method: 'get',
      path: '/v1/functions/{user}/{name}/explain',
      summary: 'Why a device is served what it is served, by address',
      request: {
        params: tagParameters,
        query: z.object({
          /** The request that `fetch` would be sent, as JSON. */
          request: z.string().max(8192),
        }),
      },
      responses: { 200: jsonResponse(explanationSchema, 'Candidates, figures and samples'), ...refusals },
    }),
    (context) =>
      context.json(
        explainTo(tagOf(context.req.valid('param')), readRequest(context.req.valid('query').request)),
        200,
      ),
  );

  addOffPolicyRoute(api, dependencies);

  api.openapi(
    createRoute({
      method: 'get',
      path: '/v1/keys',
      summary: 'Public keys that manifests are signed with',
      responses: { 200: jsonResponse(keySetSchema, 'Current and next'), ...refusals },
    }),
    (context) => context.json({ keys: [keys.current.jwk, keys.next.jwk] }, 200),
  );

  api.openapi(
    createRoute({
      method: 'get',
      path: '/v1/decisions',
      summary: 'Latest decisions, newest first',
      request: {
        query: z.object({
          tag: tagSchema.optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
      },
      responses: {
        200: jsonResponse(z.object({ decisions: z.array(decisionSchema) }), 'Decisions'),
        ...refusals,
      },
    }),
    async (context) => {
      const query = context.req.valid('query');
      const decisions = await dependencies.listDecisions(query).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'decisions could not be read');
        throw new SelectorError('EP_REGISTRY_UNAVAILABLE', 'the decisions could not be read');
      });
      return context.json({ decisions: decisions.map((decision) => ({ ...decision })) }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: 'post',
      path: '/v1/models/refit',
      summary: 'Fit the models to the samples stored so far',
      security: [{ publishToken: [] }],
      responses: { 200: jsonResponse(refitSchema, 'Fitted'), ...refusals },
    }),
    async (context) => {
      requirePublishToken(context.req.header('authorization'), publishToken);
      return context.json({ ...(await keeper.refit()) }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: 'get',
      path: '/v1/models',
      summary: 'What the models rest on',
      responses: { 200: jsonResponse(modelsSchema, 'Families and their samples'), ...refusals },
    }),
    (context) => {
      const { models, generation } = keeper.knowledge();
      const families = Object.values(models.families).map((family) => ({
        operator: family.operator,
        specialization: family.specialization,
        operatorVariants: Object.entries(family.variants).map(([name, variant]) => ({
          name,
          cells: Object.entries(variant.evidence).map(([deviceClass, each]) => ({ deviceClass, ...each })),
        })),
      }));
      const { observations, samples } = models;
      const { running, refits, failures, last, changes } = keeper.stats;
      return context.json(
        {
          generation,
          fittedAtMs: keeper.fittedAtMs,
          observations,
          samples,
          refit: { running, refits, failures, last },
          changes: changes.map((change) => ({ ...change })),
          families,
        },
        200,
      );
    },
  );
  return api;
}
