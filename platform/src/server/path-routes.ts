// Paths over HTTP: how many a function has and what one of them is made of, without a list; and the link of one on
// demand, which needs the publish token, because it adds to the registry.

import { timingSafeEqual } from 'node:crypto';
import type { NamedPath, PathsOfTarget } from '@everypath/compiler';
import {
  deviceClass,
  deviceFeaturesSchema,
  isaLevelSchema,
  pathSchema,
  ServiceError,
  TARGET_NAMES,
  targetNameSchema,
  variantSchema,
} from '@everypath/schema';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { PathService } from './path-service.ts';

const tagParameters = z.object({
  user: z.string().regex(/^@[a-z0-9][a-z0-9-]{0,38}$/),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
});
/** Numbers of paths pass what JSON's numbers hold. */
const numberSchema = z.string().regex(/^\d{1,40}$/, 'expected the number of a path');

const namedSchema = z.object({
  number: numberSchema,
  id: z.string(),
  isaLevel: isaLevelSchema,
  path: pathSchema,
});
const pathsSchema = z.object({
  target: targetNameSchema,
  paths: numberSchema,
  levels: z.array(z.object({ level: isaLevelSchema, paths: numberSchema })),
  nodes: z.array(
    z.object({
      operator: z.string(),
      label: z.string(),
      choices: z.array(z.string()),
      pruned: z.array(z.object({ variant: z.string(), reason: z.string() })),
    }),
  ),
  impossible: z.array(z.number().int()),
  at: namedSchema.optional(),
});
/** What `GET …/paths` says of one target. */
export type PathsAnswer = z.output<typeof pathsSchema>;

const linkSchema = z
  .object({
    target: targetNameSchema,
    path: pathSchema.optional(),
    number: numberSchema.optional(),
    /** The path predicted fastest on this device. */
    device: deviceFeaturesSchema.optional(),
  })
  .refine(
    ({ path, number, device }) => [path, number, device].filter((each) => each !== undefined).length === 1,
    'give one of path, number and device',
  );
const linkedSchema = z.object({
  variant: variantSchema,
  number: numberSchema,
  fresh: z.boolean(),
  compiles: z.number().int(),
  /** Of the link alone; `ms` is with the proof and the registry. */
  linkMs: z.number(),
  ms: z.number(),
});
/** What `POST …/link` answers. */
export type LinkedAnswer = z.output<typeof linkedSchema>;

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

export function pathRoutes(service: PathService, publishToken: string): OpenAPIHono {
  const api = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      const message = `${issue?.path.map(String).join('.')}: ${issue?.message}`;
      throw new ServiceError('EP_INVALID_REQUEST', { status: 400, hint: 'See /openapi.json' }, message);
    },
  });
  api.openapi(
    createRoute({
      method: 'get',
      path: '/v1/functions/{user}/{name}/paths',
      summary: 'The paths of a function by target, none of them listed; one by its number',
      request: {
        params: tagParameters,
        query: z.object({ target: targetNameSchema.optional(), at: numberSchema.optional() }),
      },
      responses: { 200: json(z.object({ tag: z.string(), targets: z.array(pathsSchema) }), 'By target') },
    }),
    async (context) => {
      const { user, name } = context.req.valid('param');
      const { target, at } = context.req.valid('query');
      const tag = `${user}/${name}`;
      const targets = await Promise.all(
        (target ? [target] : TARGET_NAMES).map((each) => service.paths(tag, each)),
      );
      return context.json({ tag, targets: targets.map((paths) => describePaths(paths, at)) }, 200);
    },
  );
  api.openapi(
    createRoute({
      method: 'post',
      path: '/v1/functions/{user}/{name}/link',
      summary: 'Link a path that was not built, and make it a variant',
      security: [{ publishToken: [] }],
      request: {
        params: tagParameters,
        body: { required: true, content: { 'application/json': { schema: linkSchema } } },
      },
      responses: { 200: json(linkedSchema, 'A variant that can be forced, pinned and served') },
    }),
    async (context) => {
      requireToken(context.req.header('authorization'), publishToken);
      const { user, name } = context.req.valid('param');
      const { target, path, number, device } = context.req.valid('json');
      const answer = await service.link(
        `${user}/${name}`,
        target,
        device
          ? { kind: 'best', deviceClass: deviceClass(device).at(-1) ?? target, isaLevel: device.isaLevel }
          : { kind: 'named', name: path ?? BigInt(number ?? '') },
      );
      return context.json({ ...answer, number: String(answer.number) }, 200);
    },
  );
  return api;
}

/** A target's paths as JSON says them, and the one of number `at`. */
export function describePaths(paths: PathsOfTarget, at: string | undefined): PathsAnswer {
  const { target, total, levels, nodes, impossible } = paths;
  const named = at === undefined ? undefined : paths.at(BigInt(at));
  return {
    target,
    paths: String(total),
    levels: levels.map(({ level, paths: count }) => ({ level, paths: String(count) })),
    nodes: nodes.map(({ choices, pruned, ...node }) => ({
      ...node,
      choices: [...choices],
      pruned: pruned.map((each) => ({ ...each })),
    })),
    impossible: [...impossible],
    ...(named ? { at: describeNamed(named) } : {}),
  };
}

const describeNamed = ({ number, id, isaLevel, path }: NamedPath) => ({
  number: String(number),
  id,
  isaLevel,
  path: [...path],
});

function requireToken(authorization: string | undefined, publishToken: string): void {
  const given = Buffer.from(authorization ?? '');
  const wanted = Buffer.from(`Bearer ${publishToken}`);
  if (publishToken !== '' && given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  const hint = 'Send the publish token as `Authorization: Bearer <token>`.';
  throw new ServiceError('EP_UNAUTHORIZED', { status: 401, hint }, 'linking needs the publish token');
}
