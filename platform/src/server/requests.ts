// Around every request: an id, one log line, a span, a counter and a latency for `/metrics`. No address, no query
// string, no body: what a caller sends is not the log's business.

import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import type { MiddlewareHandler } from 'hono';
import { Counter, Histogram, Registry } from 'prom-client';
import type { Clock, Random } from '../clock.ts';
import type { Log } from '../log.ts';

/** Upper bounds of the latency histogram, in seconds. */
const BOUNDS_S = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export interface RequestMetrics {
  readonly middleware: MiddlewareHandler;
  /** Prometheus text. */
  metrics(): Promise<string>;
}

const REQUEST_ID = /^[A-Za-z0-9-]{8,64}$/;

/** Rooms of addresses rather than addresses, and methods that exist: a metric must not grow with what callers invent. */
const roomOf = (path: string): string => {
  const [first = '', second = ''] = path.split('/').slice(1);
  if (first === 'v1') return `v1/${V1_ROOMS.has(second) ? second : 'other'}`;
  return ROOMS.has(first) ? first : 'page';
};
const V1_ROOMS = new Set(['artifacts', 'decisions', 'functions', 'keys', 'metrics', 'models', 'telemetry']);
const ROOMS = new Set(['healthz', 'readyz', 'metrics', 'openapi.json', 'client.js', 'browser']);
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);

const tracer = trace.getTracer('@everypath/platform');
/** How OpenTelemetry reads a caller's `traceparent` from headers. */
const HEADERS = {
  keys: (headers: Headers) => [...headers.keys()],
  get: (headers: Headers, name: string) => headers.get(name) ?? undefined,
};

export function createRequestMetrics(log: Log, clock: Clock, random: Random): RequestMetrics {
  const registry = new Registry();
  const registers = [registry];
  const answered = new Counter({
    name: 'everypath_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['method', 'room', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'everypath_http_request_seconds',
    help: 'Time to answer.',
    labelNames: ['room'],
    buckets: BOUNDS_S,
    registers,
  });
  const middleware: MiddlewareHandler = async (c, next) => {
    const startMs = clock.ticksMs();
    const given = c.req.header('x-request-id') ?? '';
    const requestId = REQUEST_ID.test(given) ? given : random.uuid();
    c.header('x-request-id', requestId);
    const path = new URL(c.req.url).pathname;
    const room = roomOf(path);
    const method = METHODS.has(c.req.method) ? c.req.method : 'other';
    const caller = propagation.extract(context.active(), c.req.raw.headers, HEADERS);
    const span = tracer.startSpan(`${method} ${room}`, { kind: SpanKind.SERVER }, caller);
    await context.with(trace.setSpan(caller, span), next);
    const ms = clock.ticksMs() - startMs;
    const { status } = c.res;
    span.setAttributes({
      'http.request.method': method,
      'http.response.status_code': status,
      'everypath.request_id': requestId,
    });
    span.end();
    answered.inc({ method, room, status });
    seconds.observe({ room }, ms / 1000);
    const fields = { requestId, method: c.req.method, path, status, ms: Math.round(ms * 100) / 100 };
    if (status >= 500) log.warn(fields, 'request');
    else log.debug(fields, 'request');
  };
  return { middleware, metrics: () => registry.metrics() };
}
