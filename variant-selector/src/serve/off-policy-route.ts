// GET …/off-policy: what other policies would have made of the fetches that were logged.

import type { ClickHouseClient } from '@clickhouse/client';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';
import { evaluatePolicies } from '../off-policy/evaluate-policies.ts';
import { readOutcomes } from '../off-policy/outcome-store.ts';
import type { Decision } from '../registry/decision-store.ts';
import { tagOf } from '../registry/function-routes.ts';
import type { Registry } from '../registry/registry.ts';
import { jsonResponse, refusals, tagParameters } from './api.ts';
import type { ModelKeeper } from './model-keeper.ts';

const estimateSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });
const offPolicySchema = z.object({
  tag: z.string(),
  /** Mean log latency in ns, with 95 % intervals clustered by device. */
  policies: z.array(
    z.object({
      policy: z.string(),
      logged: estimateSchema,
      ips: estimateSchema,
      snips: estimateSchema,
      doublyRobust: estimateSchema,
      decisions: z.number(),
      devices: z.number(),
      effective: z.number(),
    }),
  ),
});

const MOST_DECISIONS = 50_000;

export interface OffPolicyDependencies {
  readonly registry: Registry;
  readonly keeper: ModelKeeper;
  readonly clickhouse: ClickHouseClient;
  readonly listDecisions: (query: {
    readonly tag?: string | undefined;
    readonly limit: number;
  }) => Promise<readonly Decision[]>;
  readonly log: Log;
}

/** Adds the route. */
export function addOffPolicyRoute(api: OpenAPIHono, dependencies: OffPolicyDependencies): void {
  const { registry, keeper, clickhouse, listDecisions, log } = dependencies;
  api.openapi(
    createRoute({
      method: 'get',
      path: '/v1/functions/{user}/{name}/off-policy',
      summary: 'What other policies would have made of the logged fetches',
      request: {
        params: tagParameters,
        query: z.object({
          limit: z.coerce.number().int().min(1).max(MOST_DECISIONS).default(MOST_DECISIONS),
        }),
      },
      responses: { 200: jsonResponse(offPolicySchema, 'IPS, SNIPS and doubly robust'), ...refusals },
    }),
    async (context) => {
      const entry = registry.get(tagOf(context.req.valid('param')));
      const { limit } = context.req.valid('query');
      const decisions = await listDecisions({ tag: entry.tag, limit }).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'decisions could not be read');
        throw new SelectorError('EP_REGISTRY_UNAVAILABLE', 'the decisions could not be read');
      });
      const outcomes = await readOutcomes(clickhouse, entry.tag).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'outcomes could not be read');
        throw new SelectorError('EP_MODELS_UNAVAILABLE', 'the outcomes could not be read');
      });
      const { models, ranks } = keeper.knowledge();
      const policies = evaluatePolicies(entry, models, ranks, decisions, outcomes);
      return context.json({ tag: entry.tag, policies: policies.map((each) => ({ ...each })) }, 200);
    },
  );
}
