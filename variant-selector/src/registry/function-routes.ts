// Published functions and their pins over HTTP, by tag. Reading is open; writing needs the publish token.

import {
  nodeSchema,
  publicationSchema,
  signatureSchema,
  targetNameSchema,
  variantIdSchema,
  variantSchema,
} from '@everypath/schema';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Clock } from '../clock.ts';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';
import { guardWrites } from '../publish-token.ts';
import { createApi, jsonBody, jsonResponse, refusals, tagParameters } from '../serve/api.ts';
import type { FunctionEntry } from './function-entry.ts';
import type { Registry } from './registry.ts';

const overrideSchema = z.object({
  /** Empty: everyone. Else a target, or the beginning of a device class. */
  scope: z.string(),
  variant: variantIdSchema,
  note: z.string(),
  createdAtMs: z.number().int(),
});
const overridesSchema = z.object({ tag: z.string(), overrides: z.array(overrideSchema) });
const overrideRequestSchema = z.object({
  variant: variantIdSchema,
  scope: z.string().max(400).default(''),
  note: z.string().max(1000).default(''),
});

const summarySchema = z.object({
  tag: z.string(),
  description: z.string(),
  revision: z.number().int(),
  variants: z.number().int(),
  targets: z.array(targetNameSchema),
  publishedAtMs: z.number().int(),
  updatedAtMs: z.number().int(),
});
const detailSchema = z.object({
  ...summarySchema.shape,
  file: z.string(),
  source: z.string(),
  signature: signatureSchema,
  nodes: z.array(nodeSchema),
  irText: z.string(),
  irHash: z.string(),
  toolchain: z.string(),
  variants: z.array(variantSchema),
  overrides: z.array(overrideSchema),
});
const publishedSchema = z.object({
  tag: z.string(),
  revision: z.number().int(),
  /** False when the same publication was there before. */
  created: z.boolean(),
  variants: z.number().int(),
});
const bearer = [{ publishToken: [] }];

export interface FunctionRoutesDependencies {
  readonly registry: Registry;
  readonly publishToken: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The routes of functions and overrides. */
export function functionRoutes(dependencies: FunctionRoutesDependencies): OpenAPIHono {
  const { registry, publishToken, clock, log } = dependencies;
  const api = createApi(log);
  api.openAPIRegistry.registerComponent('securitySchemes', 'publishToken', {
    type: 'http',
    scheme: 'bearer',
  });

  guardWrites(api, '/v1/functions/*', publishToken);

  api.openapi(
    createRoute({
      method: 'get',
      path: '/v1/functions',
      summary: 'Published functions',
      responses: {
        200: jsonResponse(z.object({ functions: z.array(summarySchema) }), 'By tag'),
        ...refusals,
      },
    }),
    (context) => context.json({ functions: registry.list().map(summarize) }, 200),
  );

  api.openapi(
    createRoute({
      method: 'get',
      path: '/v1/functions/{user}/{name}',
      summary: 'One function with its variants and overrides',
      request: { params: tagParameters },
      responses: { 200: jsonResponse(detailSchema, 'The current revision'), ...refusals },
    }),
    (context) => context.json(describe(registry.get(tagOf(context.req.valid('param')))), 200),
  );

  api.openapi(
    createRoute({
      method: 'put',
      path: '/v1/functions/{user}/{name}',
      summary: 'Publish a compiled function; its artifacts come first',
      security: bearer,
      request: { params: tagParameters, body: jsonBody(publicationSchema) },
      responses: {
        200: jsonResponse(publishedSchema, 'It was published before; it is current now'),
        201: jsonResponse(publishedSchema, 'Published'),
        ...refusals,
      },
    }),
    async (context) => {
      const publication = context.req.valid('json');
      const tag = tagOf(context.req.valid('param'));
      if (publication.tag !== tag) {
        throw new SelectorError('EP_TAG_MISMATCH', `the address says ${tag}, the body ${publication.tag}`);
      }
      const { revision, created, entry } = await registry.publish(publication);
      log.info({ tag, revision, created, variants: entry.variants.length }, 'published');
      return context.json({ tag, revision, created, variants: entry.variants.length }, created ? 201 : 200);
    },
  );

  api.openapi(
    createRoute({
      method: 'get',
      path: '/v1/functions/{user}/{name}/variants',
      summary: 'Variants of the current revision',
      request: { params: tagParameters, query: z.object({ target: targetNameSchema.optional() }) },
      responses: {
        200: jsonResponse(z.object({ tag: z.string(), variants: z.array(variantSchema) }), 'By target'),
        ...refusals,
      },
    }),
    (context) => {
      const { target } = context.req.valid('query');
      const entry = registry.get(tagOf(context.req.valid('param')));
      const variants = entry.variants.filter((variant) => target === undefined || variant.target === target);
      return context.json({ tag: entry.tag, variants }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: 'put',
      path: '/v1/functions/{user}/{name}/variants/{id}',
      summary: 'Add one more variant to the current revision; its artifact comes first',
      security: bearer,
      request: {
        params: tagParameters.extend({ id: variantIdSchema }),
        body: jsonBody(variantSchema),
      },
      responses: { 200: jsonResponse(variantSchema, 'Among the candidates now'), ...refusals },
    }),
    async (context) => {
      const params = context.req.valid('param');
      const variant = context.req.valid('json');
      if (variant.id !== params.id) {
        throw new SelectorError(
          'EP_INVALID_REQUEST',
          `the address says ${params.id}, the body ${variant.id}`,
        );
      }
      await registry.addVariant(tagOf(params), variant);
      log.info({ tag: tagOf(params), variant: variant.id, proof: variant.proof.how }, 'variant added');
      return context.json(variant, 200);
    },
  );

  const overridePath = '/v1/functions/{user}/{name}/override';
  api.openapi(
    createRoute({
      method: 'get',
      path: overridePath,
      summary: 'Variants that the registry pins',
      request: { params: tagParameters },
      responses: { 200: jsonResponse(overridesSchema, 'By scope'), ...refusals },
    }),
    (context) => context.json(overridesOf(registry.get(tagOf(context.req.valid('param')))), 200),
  );
  api.openapi(
    createRoute({
      method: 'put',
      path: overridePath,
      summary: 'Pin a variant for a scope',
      security: bearer,
      request: { params: tagParameters, body: jsonBody(overrideRequestSchema) },
      responses: { 200: jsonResponse(overridesSchema, 'Pinned'), ...refusals },
    }),
    async (context) => {
      const override = { ...context.req.valid('json'), createdAtMs: clock.nowMs() };
      const entry = await registry.setOverride(tagOf(context.req.valid('param')), override);
      return context.json(overridesOf(entry), 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'delete',
      path: overridePath,
      summary: 'Remove the pin of a scope',
      security: bearer,
      request: { params: tagParameters, query: z.object({ scope: z.string().default('') }) },
      responses: { 200: jsonResponse(overridesSchema, 'Removed'), ...refusals },
    }),
    async (context) => {
      const { scope } = context.req.valid('query');
      return context.json(
        overridesOf(await registry.removeOverride(tagOf(context.req.valid('param')), scope)),
        200,
      );
    },
  );
  return api;
}

/** The tag that an address names. */
export const tagOf = ({ user, name }: { readonly user: string; readonly name: string }): string =>
  `${user}/${name}`;

const overridesOf = (entry: FunctionEntry) => ({
  tag: entry.tag,
  overrides: entry.overrides.map((override) => ({ ...override })),
});

function summarize(entry: FunctionEntry) {
  return {
    tag: entry.tag,
    description: entry.description,
    revision: entry.revision,
    variants: entry.variants.length,
    targets: [...new Set(entry.variants.map((variant) => variant.target))],
    publishedAtMs: entry.publishedAtMs,
    updatedAtMs: entry.updatedAtMs,
  };
}

const describe = (entry: FunctionEntry) => ({
  ...summarize(entry),
  file: entry.file,
  source: entry.source,
  signature: entry.signature,
  nodes: [...entry.nodes],
  irText: entry.irText,
  irHash: entry.irHash,
  toolchain: entry.toolchain,
  variants: [...entry.variants],
  overrides: overridesOf(entry).overrides,
});
