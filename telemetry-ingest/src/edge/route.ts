// POST /v1/telemetry: the only door. Documented for OpenAPI by the schema that checks it; the body is read by hand,
// because limits and gzip come before JSON.

import {
  type ErrorBody,
  errorBodySchema,
  ServiceError,
  telemetryBatchSchema,
  telemetryReceiptSchema,
} from '@everypath/schema';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { Acceptor } from '../accept.ts';
import type { Log } from '../ports.ts';
import { type BodyLimits, readJsonBody } from './read-body.ts';

const refused = (description: string) => ({
  description,
  content: { 'application/json': { schema: errorBodySchema } },
});

export const telemetryRoute = createRoute({
  method: 'post',
  path: '/v1/telemetry',
  summary: 'Report the latencies of one variant on one device',
  description:
    'A 202 means that the batch is on disk and will be counted exactly once, however often it is sent within 14 days ' +
    'under the same batchId. Send it again after any other answer that carries Retry-After, and after none at all. ' +
    'The body may be gzip (content-encoding).',
  request: { body: { required: true, content: { 'application/json': { schema: telemetryBatchSchema } } } },
  responses: {
    202: {
      description: 'Counted now, or before. Rejected records are named by their index.',
      content: { 'application/json': { schema: telemetryReceiptSchema } },
    },
    400: refused('The body is not JSON or not gzip'),
    401: refused('The telemetry token is not valid'),
    403: refused('The token is for another variant'),
    413: refused('The body is too large, as it travels or decompressed'),
    415: refused('Not application/json, or an encoding other than gzip'),
    422: refused('Not a telemetry batch, or of a variant that the registry does not know'),
    500: refused('A fault of the service; nothing was counted'),
    503: refused('The spool is full or the registry away; send again after Retry-After'),
    507: refused('The disk is full; send again after Retry-After'),
  },
});

/** Requests by the answer they got: `202`, or the code of the refusal. */
export type AnswerCounts = Map<string, number>;

/** The HTTP application; mount it, or serve it by itself. */
export function telemetryApp(
  acceptor: Acceptor,
  limits: BodyLimits,
  log: Log,
  answers: AnswerCounts,
): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerPath(telemetryRoute);
  const count = (answer: string): void => void answers.set(answer, (answers.get(answer) ?? 0) + 1);
  app.post(telemetryRoute.path, async (context) => {
    try {
      const receipt = await acceptor.accept(await readJsonBody(context.req.raw, limits));
      count('202');
      return context.json(receipt, 202);
    } catch (error) {
      if (!(error instanceof ServiceError)) {
        log.error({ error: String(error), stack: (error as Error)?.stack }, 'telemetry request failed');
        count('EP_INTERNAL');
        return context.json(internalError, 500);
      }
      count(error.code);
      if (error.retryAfterSeconds !== undefined)
        context.header('Retry-After', String(error.retryAfterSeconds));
      return context.json(bodyOf(error), error.status);
    }
  });
  return app;
}

const internalError: ErrorBody = {
  error: {
    code: 'EP_INTERNAL',
    message: 'the service failed',
    hint: 'Keep the batch and send it again, with the same batchId.',
  },
};

function bodyOf(error: ServiceError & { issues?: ErrorBody['error']['issues'] }): ErrorBody {
  const body = error.toBody();
  return error.issues ? { error: { ...body.error, issues: error.issues } } : body;
}
