// POST /v1/crashes: a device says that what it was served does not load, crashes or answers wrongly. Believed only
// with the telemetry token of that very fetch; each device has one voice for each variant.

import { deviceFeaturesSchema } from '@everypath/schema';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy/policy.ts';
import type { Registry } from '../registry/registry.ts';
import type { TelemetryTokens } from '../signing/telemetry-token.ts';
import { jsonBody, jsonResponse, refusals } from './api.ts';
import { deviceView } from './fetch.ts';

const crashSchema = z.object({
  /** From the manifest: says which device was served which variant. */
  token: z.string().min(16).max(2048),
  kind: z.enum(['load-failed', 'crashed', 'wrong-result']),
  device: deviceFeaturesSchema,
  message: z.string().max(1000).default(''),
});
const receiptSchema = z.object({
  /** Whether devices of this class are served the variant no more. */
  withdrawn: z.boolean(),
});

export interface CrashRouteDependencies {
  readonly registry: Registry;
  readonly policy: Policy;
  readonly tokens: TelemetryTokens;
  readonly counts: { crashes: number };
  readonly log: Log;
}

/** Adds the route. */
export function addCrashRoute(api: OpenAPIHono, dependencies: CrashRouteDependencies): void {
  const { registry, policy, tokens, counts, log } = dependencies;
  api.openapi(
    createRoute({
      method: 'post',
      path: '/v1/crashes',
      summary: 'Report that a variant does not load, crashes or is wrong',
      request: { body: jsonBody(crashSchema) },
      responses: { 202: jsonResponse(receiptSchema, 'Counted once for each device'), ...refusals },
    }),
    (context) => {
      const { token, kind, device, message } = context.req.valid('json');
      const claims = tokens.verify(token);
      if (typeof claims === 'string') throw new SelectorError('EP_TOKEN', claims);
      const { tag, variant, deviceId } = claims;
      const deviceClass = deviceView(device).classPath.at(-1) ?? device.target;
      counts.crashes += 1;
      const withdrawn = policy.reportCrash(registry.get(tag), deviceClass, variant, deviceId);
      log.warn({ tag, variant, deviceClass, kind, message, withdrawn }, 'a device reported a crash');
      return context.json({ withdrawn }, 202);
    },
  );
}
