// Around every request: an id, one log line, a span, a counter and a latency for `/metrics`. No address, no query
// string, no body: what a caller sends is not the log's business. On Node's request and response: as middleware of the
// framework it made every answer be copied, which took longer than most answers take.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { Counter, Histogram, Registry } from 'prom-client';
import type { Clock, Random } from '../clock.ts';
import type { Log } from '../log.ts';

/** Upper bounds of the latency histogram, in seconds. */
const BOUNDS_S = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export interface RequestMetrics {
  /** Has the request answered, and takes note of it when the response is through or its connection gone. */
  around(incoming: IncomingMessage, outgoing: ServerResponse, answer: () => void): void;
  /** Prometheus text. */
  metrics(): Promise<string>;
}

export const REQUEST_ID_HEADER = 'x-request-id';
const REQUEST_ID = /^[A-Za-z0-9-]{8,64}$/;

/** A request's address without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** Rooms of addresses rather than addresses, and methods that exist: a metric must not grow with what callers invent. */
const roomOf = (path: string): string => {
  const first = partFrom(path, 1);
  if (first === 'v1') return V1_ROOMS.get(partFrom(path, '/v1/'.length)) ?? 'v1/other';
  return ROOMS.has(first) ? first : 'page';
};
const partFrom = (path: string, start: number): string => {
  const end = path.indexOf('/', start);
  return end < 0 ? path.slice(start) : path.slice(start, end);
};
const V1_ROOMS = new Map(
  ['artifacts', 'decisions', 'functions', 'keys', 'metrics', 'models', 'telemetry'].map((name) => [
    name,
    `v1/${name}`,
  ]),
);
const ROOMS = new Set(['healthz', 'readyz', 'metrics', 'openapi.json', 'client.js', 'browser']);
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);

const tracer = trace.getTracer('@everypath/platform');

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
  const around: RequestMetrics['around'] = (incoming, outgoing, answer) => {
    const startMs = clock.ticksMs();
    const given = incoming.headers[REQUEST_ID_HEADER];
    const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : random.uuid();
    outgoing.setHeader(REQUEST_ID_HEADER, requestId);
    const path = pathOf(incoming);
    const room = roomOf(path);
    const method = METHODS.has(incoming.method ?? '') ? incoming.method! : 'other';
    const caller = propagation.extract(context.active(), incoming.headers);
    const span = tracer.startSpan(`${method} ${room}`, { kind: SpanKind.SERVER }, caller);
    outgoing.on('close', () => {
      const ms = clock.ticksMs() - startMs;
      const status = outgoing.statusCode;
      span.setAttributes({
        'http.request.method': method,
        'http.response.status_code': status,
        'everypath.request_id': requestId,
      });
      span.end();
      answered.inc({ method, room, status });
      seconds.observe({ room }, ms / 1000);
      const fields = { requestId, method: incoming.method, path, status, ms: Math.round(ms * 100) / 100 };
      if (status >= 500) log.warn(fields, 'request');
      else log.debug(fields, 'request');
    });
    context.with(trace.setSpan(caller, span), answer);
  };
  return { around, metrics: () => registry.metrics() };
}
