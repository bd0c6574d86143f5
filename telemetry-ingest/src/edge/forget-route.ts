// DELETE /v1/telemetry/devices/{deviceId}: a device, or who holds its random id, has all its samples deleted.

import { errorBodySchema, ServiceError } from '@everypath/schema';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { refusal } from '../errors.ts';
import type { Clock, Random } from '../ports.ts';
import { keyedHash } from './keyed-hash.ts';
import { RateLimiter } from './rate-limit.ts';

const answerSchema = z.object({ status: z.literal('accepted') });

export const forgetRoute = createRoute({
  method: 'delete',
  path: '/v1/telemetry/devices/{deviceId}',
  summary: 'Delete every sample of a device',
  description:
    'A 202 means that the request is on disk: stored samples of the device, and those that wait to be stored, will be ' +
    'deleted. The id is the random one that the device made for itself; whoever knows it may ask.',
  request: { params: z.object({ deviceId: z.string().min(8).max(64) }) },
  responses: {
    202: { description: 'Will be done', content: { 'application/json': { schema: answerSchema } } },
    400: { description: 'Not a device id', content: { 'application/json': { schema: errorBodySchema } } },
    429: {
      description: 'Too many at once; ask again after Retry-After',
      content: { 'application/json': { schema: errorBodySchema } },
    },
    503: { description: 'Ask again later', content: { 'application/json': { schema: errorBodySchema } } },
  },
});

/** One bucket for all: a deletion rewrites parts of a table. */
export const forgetLimiter = (limits: { readonly forgetPerMinute: number }, random: Random): RateLimiter =>
  new RateLimiter(
    { perMinute: limits.forgetPerMinute, burst: limits.forgetPerMinute },
    keyedHash(Number.parseInt(random.uuid().slice(0, 8), 16)),
    1,
  );

export function forgetApp(
  forget: (deviceId: string) => Promise<void>,
  limiter: RateLimiter,
  clock: Clock,
): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result, context) =>
      result.success
        ? undefined
        : context.json(refusal('EP_MALFORMED', 'a device id has 8 to 64 characters').toBody(), 400),
  });
  app.openapi(forgetRoute, async (context) => {
    const { deviceId } = context.req.valid('param');
    try {
      const waitMs = limiter.take('forget', 1, clock.nowMs());
      if (waitMs > 0) throw refusal('EP_RATE_LIMITED', 'too many deletions', Math.ceil(waitMs / 1000));
      await forget(deviceId);
      return context.json({ status: 'accepted' as const }, 202);
    } catch (error) {
      const known =
        error instanceof ServiceError ? error : refusal('EP_UNAVAILABLE', 'the request could not be kept', 5);
      context.header('Retry-After', String(known.retryAfterSeconds ?? 5));
      return context.json(known.toBody(), known.status === 429 ? 429 : 503);
    }
  });
  return app;
}
