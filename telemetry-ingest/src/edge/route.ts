// POST /v1/telemetry: the only door. Documented for OpenAPI by the schema that checks it; the body is read by hand,
// because limits and decompression come before parsing.

import {
  type ErrorBody,
  errorBodySchema,
  SENT_AT_HEADER,
  ServiceError,
  TELEMETRY_COMPACT,
  TELEMETRY_JSON,
  type TelemetryReceipt,
  telemetryBatchSchema,
  telemetryReceiptSchema,
} from '@everypath/schema';
import type { HttpBindings } from '@hono/node-server';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Acceptor } from '../accept.ts';
import { refusal } from '../errors.ts';
import type { Log } from '../ports.ts';
import { networkOf } from './network.ts';
import { type BodyLimits, type BodySource, readBody } from './read-body.ts';

const refused = (description: string) => ({
  description,
  content: { 'application/json': { schema: errorBodySchema } },
});

export const telemetryRoute = createRoute({
  method: 'post',
  path: '/v1/telemetry',
  summary: 'Report the latencies of one variant on one device',
  description:
    'A 202 means that the batch is on disk and will be counted exactly once, however often it is sent under the same ' +
    'batchId. Send it again after any other answer that carries Retry-After, and after none at all. ' +
    'The body may be gzip or zstd (content-encoding), JSON or the same batch in columns (application/cbor, described ' +
    'in docs/telemetry-protocol.md).',
  request: {
    headers: z.object({
      [SENT_AT_HEADER]: z
        .string()
        .optional()
        .describe('The clock of the client as it sends, milliseconds since 1970'),
    }),
    body: {
      required: true,
      content: {
        [TELEMETRY_JSON]: { schema: telemetryBatchSchema },
        [TELEMETRY_COMPACT]: { schema: z.string().meta({ format: 'binary' }) },
      },
    },
  },
  responses: {
    202: {
      description: 'Counted now, or before. Rejected records are named by their index.',
      content: { 'application/json': { schema: telemetryReceiptSchema } },
    },
    400: refused('The body is not what its headers say'),
    401: refused('The telemetry token is not valid, or had expired when the batch was sealed'),
    403: refused('The token is for another variant'),
    413: refused('The body is too large, as it travels or decompressed'),
    415: refused('Another type than JSON and CBOR, or another encoding than gzip and zstd'),
    422: refused('Not a telemetry batch, or of a variant that the registry does not know'),
    429: refused('The device or its network sends too much; send again after Retry-After'),
    500: refused('A fault of the service; nothing was counted'),
    503: refused('The spool is full, the service busy or the registry away; send again after Retry-After'),
    507: refused('The disk is full; send again after Retry-After'),
  },
});

/** Requests by the answer they got: `202`, or the code of the refusal. */
export type AnswerCounts = Map<string, number>;

export interface TelemetryAppOptions {
  readonly limits: BodyLimits;
  readonly log: Log;
  readonly answers: AnswerCounts;
  /** Header in which a proxy in front names the address it forwards for, as its last entry. */
  readonly forwardedHeader?: string | undefined;
}

/** The HTTP application; mount it, or serve it by itself. */
export function telemetryApp(acceptor: Acceptor, options: TelemetryAppOptions): OpenAPIHono {
  const { limits, log, answers } = options;
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerPath(telemetryRoute);
  const count = (answer: string): void => void answers.set(answer, (answers.get(answer) ?? 0) + 1);
  let inFlightBytes = 0;

  async function take(context: Context): Promise<TelemetryReceipt> {
    const network = networkOf(addressOf(context, options.forwardedHeader));
    if (network !== undefined) acceptor.admitNetwork(network);
    const source = sourceOf(context);
    const declared = Number(source.header('content-length') ?? limits.bodyBytes);
    // What is compressed may grow to the limit before anyone can tell.
    const reserved =
      source.header('content-encoding') === undefined
        ? Math.min(declared, limits.bodyBytes)
        : limits.bodyBytes;
    if (inFlightBytes + reserved > limits.inFlightBytes) throw refusal('EP_BUSY', 'too much is under way', 1);
    inFlightBytes += reserved;
    try {
      const { type, bytes } = await readBody(source, limits);
      const sentAtMs = sentAt(source);
      const arrival = sentAtMs === undefined ? {} : { sentAtMs };
      return type === TELEMETRY_JSON
        ? await acceptor.accept(parseJson(bytes), arrival)
        : await acceptor.acceptCompact(bytes, arrival);
    } finally {
      inFlightBytes -= reserved;
    }
  }

  app.post(telemetryRoute.path, async (context) => {
    try {
      const receipt = await take(context);
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
      if (error.status === 415) {
        context.header('Accept-Post', `${TELEMETRY_JSON}, ${TELEMETRY_COMPACT}`);
        context.header('Accept-Encoding', 'gzip, zstd');
      }
      return context.json(bodyOf(error), error.status);
    }
  });
  return app;
}

/** The socket's message where the server is Node's: it is read without the cost of a web stream. */
const incomingOf = (context: Context): HttpBindings['incoming'] | undefined =>
  (context.env as Partial<HttpBindings> | undefined)?.incoming;

/** Headers and body of a request, from the socket where there is one. */
export function sourceOf(context: Context): BodySource {
  const incoming = incomingOf(context);
  if (incoming && 'headers' in incoming) {
    const { headers } = incoming;
    return {
      header: (name) => headers[name] as string | undefined,
      stream: incoming as BodySource['stream'],
    };
  }
  const request = context.req.raw;
  return {
    header: (name) => request.headers.get(name) ?? undefined,
    stream: request.body as AsyncIterable<Uint8Array> | null,
  };
}

/** Who sent it, as far as can be told: for a rate limit, and nothing else. */
export function addressOf(context: Context, forwardedHeader: string | undefined): string | undefined {
  const forwarded = forwardedHeader === undefined ? undefined : context.req.header(forwardedHeader);
  return forwarded?.split(',').at(-1)?.trim() ?? incomingOf(context)?.socket?.remoteAddress;
}

function sentAt(source: BodySource): number | undefined {
  const text = source.header(SENT_AT_HEADER);
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown;
  } catch (error) {
    throw refusal('EP_MALFORMED', `the body is not JSON: ${(error as Error).message}`);
  }
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
