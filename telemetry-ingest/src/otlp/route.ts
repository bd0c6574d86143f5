// POST /v1/metrics: OTLP over HTTP, JSON and protobuf, as a second door to the same acceptor: same tokens, same
// limits, same spool. Answers as OTLP asks: 200 with what was rejected, 429 and 503 for what is to be sent again.

import { ServiceError } from '@everypath/schema';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Acceptor } from '../accept.ts';
import { networkOf } from '../edge/network.ts';
import { readBodyOf } from '../edge/read-body.ts';
import { addressOf, sourceOf, type TelemetryAppOptions } from '../edge/route.ts';
import { refusal } from '../errors.ts';
import { type MetricsRequest, metricsRequestSchema } from './metrics-request.ts';
import { decodeMetricsRequest, encodeAnswer } from './protobuf.ts';
import { toBatches } from './to-batches.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
/** Stands in for a resource without `everypath.token`: an exporter's headers are set by one variable. */
const TOKEN_HEADER = 'everypath-token';

const statusSchema = z.object({ code: z.number(), message: z.string() });
const failed = (description: string) => ({
  description,
  content: { [JSON_TYPE]: { schema: statusSchema } },
});

export const otlpRoute = createRoute({
  method: 'post',
  path: '/v1/metrics',
  summary: 'OpenTelemetry metrics (OTLP/HTTP, JSON or protobuf)',
  description:
    'Histograms and gauges named everypath.operator.duration, with delta temporality, whose attributes say which node ' +
    'of which variant on which device (docs/operations/otlp.md). A request that is sent again counts nothing twice.',
  request: {
    body: {
      required: true,
      content: { [JSON_TYPE]: { schema: z.object({ resourceMetrics: z.array(z.unknown()) }) } },
    },
  },
  responses: {
    200: {
      description: 'On disk. Data points that were rejected are counted, with the first reason.',
      content: {
        [JSON_TYPE]: {
          schema: z.object({
            partialSuccess: z.object({ rejectedDataPoints: z.string(), errorMessage: z.string() }).optional(),
          }),
        },
      },
    },
    400: failed('Not an OTLP metrics request, or attributes that make no batch'),
    401: failed('The telemetry token is not valid'),
    403: failed('The token is for another variant'),
    413: failed('The body is too large'),
    415: failed('Neither JSON nor protobuf'),
    429: failed('Too much is sent; send again after Retry-After'),
    500: failed('A fault of the service'),
    503: failed('Not now; send again after Retry-After'),
  },
});

/** The HTTP application of the OTLP input. */
export function otlpApp(acceptor: Acceptor, options: TelemetryAppOptions): OpenAPIHono {
  const { limits, log, answers } = options;
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerPath(otlpRoute);
  const count = (answer: string): void => {
    const key = `otlp ${answer}`;
    answers.set(key, (answers.get(key) ?? 0) + 1);
  };
  let inFlight = 0;

  async function take(context: Context): Promise<object> {
    const network = networkOf(addressOf(context, options.forwardedHeader));
    if (network !== undefined) acceptor.admitNetwork(network);
    if ((inFlight + 1) * limits.bodyBytes > limits.inFlightBytes)
      throw refusal('EP_BUSY', 'too much is under way', 1);
    inFlight++;
    try {
      const { type, bytes } = await readBodyOf([JSON_TYPE, PROTOBUF_TYPE], sourceOf(context), limits);
      const request = parseRequest(type, bytes);
      const { batches, rejectedPoints, reason } = toBatches(request, context.req.header(TOKEN_HEADER));
      let rejected = rejectedPoints;
      let why = reason;
      for (const batch of batches) {
        const receipt = await acceptor.accept(batch);
        rejected += receipt.rejected.length;
        why ??= receipt.rejected[0]?.message;
      }
      if (rejected === 0) return {};
      return { partialSuccess: { rejectedDataPoints: String(rejected), errorMessage: why ?? '' } };
    } finally {
      inFlight--;
    }
  }

  app.post(otlpRoute.path, async (context) => {
    const asked = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    const binary = asked === PROTOBUF_TYPE;
    try {
      const answer = await take(context);
      count('200');
      return reply(context, 200, 'ExportMetricsServiceResponse', answer, binary);
    } catch (error) {
      const known = error instanceof ServiceError;
      if (!known) {
        log.error({ error: String(error), stack: (error as Error)?.stack }, 'OTLP request failed');
      }
      count(known ? error.code : 'EP_INTERNAL');
      if (known && error.retryAfterSeconds !== undefined)
        context.header('Retry-After', String(error.retryAfterSeconds));
      const message = known ? `${error.code}: ${error.message}` : 'EP_INTERNAL: the service failed';
      return reply(context, statusOf(error), 'Status', { code: 0, message }, binary);
    }
  });
  return app;
}

/** OTLP sends again after 429, 502, 503 and 504, and drops after all else. */
function statusOf(error: unknown): number {
  if (!(error instanceof ServiceError)) return 500;
  if (error.status === 507) return 503;
  return error.status === 422 ? 400 : error.status;
}

function reply(
  context: Context,
  status: number,
  message: 'Status' | 'ExportMetricsServiceResponse',
  answer: object,
  binary: boolean,
): Response {
  const body = binary ? new Uint8Array(encodeAnswer(message, answer)) : JSON.stringify(answer);
  context.header('content-type', binary ? PROTOBUF_TYPE : JSON_TYPE);
  return context.body(body, status as 200);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseRequest(type: typeof JSON_TYPE | typeof PROTOBUF_TYPE, bytes: Buffer): MetricsRequest {
  let value: unknown;
  try {
    value = type === JSON_TYPE ? JSON.parse(utf8.decode(bytes)) : decodeMetricsRequest(bytes);
  } catch (error) {
    throw refusal('EP_MALFORMED', `the body is not ${type}: ${(error as Error).message.slice(0, 200)}`);
  }
  const parsed = metricsRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refusal('EP_MALFORMED', `not an OTLP metrics request: ${issue?.path.join('.')}: ${issue?.message}`);
}
