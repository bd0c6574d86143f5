// The selector over HTTP: fetch, explain, keys, decisions, models.

import {
  causeSchema,
  fetchRequestSchema,
  keySetSchema,
  reasonSchema,
  signedManifestSchema,
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
import { explain, explanationSchema } from './explanation.ts';
import { answerFetch, deviceView, type FetchDependencies, hashDeviceId } from './fetch.ts';

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
  readonly keys: ServiceKeys;
  readonly policyOptions: PolicyOptions;
  readonly publishToken: string;
  readonly log: Log;
  readonly listDecisions: (query: {
    readonly tag?: string | undefined;
    readonly limit: number;
  }) => Promise<readonly Decision[]>;
}

/** The selector's routes. */
export function selectorRoutes(dependencies: SelectorRoutesDependencies): OpenAPIHono {
  const { registry, keeper, policy, keys, publishToken, log } = dependencies;
  const api = createApi(log);

  api.openapi(
    createRoute({
      method: 'post',
      path: '/v1/functions/{user}/{name}/fetch',
      summary: 'What this device should run, signed',
      request: { params: tagParameters, body: jsonBody(fetchRequestSchema) },
      responses: { 200: jsonResponse(signedManifestSchema, 'A signed manifest of one variant'), ...refusals },
    }),
    (context) => {
      const signed = answerFetch(dependencies, tagOf(context.req.valid('param')), context.req.valid('json'));
      context.header('cache-control', 'no-store');
      return context.json(signed, 200);
    },
  );

  api.openapi(
    createRoute({
      method: 'post',
      path: '/v1/functions/{user}/{name}/explain',
      summary: 'Why a device is served what it is served',
      request: { params: tagParameters, body: jsonBody(fetchRequestSchema) },
      responses: { 200: jsonResponse(explanationSchema, 'Candidates, figures and samples'), ...refusals },
    }),
    (context) => {
      const request = context.req.valid('json');
      const explanation = explain(
        policy,
        dependencies.policyOptions,
        registry.get(tagOf(context.req.valid('param'))),
        keeper.knowledge(),
        {
          device: deviceView(request.device),
          deviceId: hashDeviceId(request.deviceId),
          variant: request.variant,
          explore: request.explore,
          bench: request.bench,
        },
      );
      return context.json(explanation, 200);
    },
  );

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
      return context.json(
        { generation, fittedAtMs: keeper.fittedAtMs, observations, samples, families },
        200,
      );
    },
  );
  return api;
}
