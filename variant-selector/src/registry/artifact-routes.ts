// Programs over HTTP, by the SHA-256 of their bytes. Reading is open; storing needs the publish token.

import { sha256Schema } from '@everypath/schema';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';
import { guardWrites } from '../publish-token.ts';
import { createApi, jsonResponse, refusals } from '../serve/api.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { Registry } from './registry.ts';

const MAX_ARTIFACT_BYTES = 64 * 2 ** 20;
const storedSchema = z.object({ sha256: sha256Schema, sizeBytes: z.number().int() });
const artifactParameters = z.object({ sha256: sha256Schema });

export interface ArtifactRoutesDependencies {
  readonly registry: Registry;
  readonly artifacts: ArtifactStore;
  readonly publishToken: string;
  readonly log: Log;
}

/** The artifact store's routes. */
export function artifactRoutes(dependencies: ArtifactRoutesDependencies): OpenAPIHono {
  const { registry, artifacts, publishToken, log } = dependencies;
  const api = createApi(log);
  guardWrites(api, '/v1/artifacts/*', publishToken);
  api.use(
    '/v1/artifacts/*',
    bodyLimit({
      maxSize: MAX_ARTIFACT_BYTES,
      onError: () => {
        throw new SelectorError(
          'EP_ARTIFACT_TOO_LARGE',
          `an artifact is at most ${MAX_ARTIFACT_BYTES} bytes`,
        );
      },
    }),
  );

  api.openapi(
    createRoute({
      method: 'put',
      path: '/v1/artifacts/{sha256}',
      summary: 'Store a program by the SHA-256 of its bytes',
      security: [{ publishToken: [] }],
      request: {
        params: artifactParameters,
        body: {
          required: true,
          content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
        },
      },
      responses: { 201: jsonResponse(storedSchema, 'Stored'), ...refusals },
    }),
    async (context) => {
      const { sha256 } = context.req.valid('param');
      const bytes = new Uint8Array(await context.req.arrayBuffer());
      await registry.putArtifact(sha256, bytes);
      return context.json({ sha256, sizeBytes: bytes.byteLength }, 201);
    },
  );

  api.openapi(
    createRoute({
      method: 'get',
      path: '/v1/artifacts/{sha256}',
      summary: 'A program',
      request: { params: artifactParameters },
      responses: {
        200: {
          description: 'Its bytes',
          content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
        },
        ...refusals,
      },
    }),
    async (context) => {
      const { sha256 } = context.req.valid('param');
      const bytes = await artifacts.get(sha256);
      if (bytes === null)
        throw new SelectorError('EP_ARTIFACT_NOT_FOUND', `no artifact has the hash ${sha256}`);
      return context.body(bytes, 200, {
        'content-type': 'application/octet-stream',
        // Its name is its content: it never changes.
        'cache-control': 'public, max-age=31536000, immutable',
        etag: `"${sha256}"`,
      });
    },
  );
  return api;
}
