// Around every request: an id, one log line, a counter and a latency for `/metrics`. No address, no query string,
// no body: what a caller sends is not the log's business.

import type { MiddlewareHandler } from 'hono';
import type { Clock, Random } from '../clock.ts';
import type { Log } from '../log.ts';

/** Upper bounds of the latency histogram, in seconds. */
const BOUNDS_S = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export interface RequestMetrics {
  readonly middleware: MiddlewareHandler;
  /** Prometheus text. */
  metrics(): string;
}

const REQUEST_ID = /^[A-Za-z0-9-]{8,64}$/;

/** Rooms of addresses rather than addresses: a metric must not grow with what callers invent. */
const roomOf = (path: string): string => {
  const [first = '', second = ''] = path.split('/').slice(1);
  return first === 'v1'
    ? `v1/${/^[a-z]{1,16}$/.test(second) ? second : 'other'}`
    : ROOMS.has(first)
      ? first
      : 'page';
};
const ROOMS = new Set(['healthz', 'readyz', 'metrics', 'openapi.json', 'client.js', 'browser']);

export function createRequestMetrics(log: Log, clock: Clock, random: Random): RequestMetrics {
  const counts = new Map<string, number>();
  const buckets: number[] = BOUNDS_S.map(() => 0);
  let total = 0;
  let sumS = 0;
  const middleware: MiddlewareHandler = async (c, next) => {
    const startMs = clock.ticksMs();
    const given = c.req.header('x-request-id') ?? '';
    const requestId = REQUEST_ID.test(given) ? given : random.uuid();
    c.header('x-request-id', requestId);
    await next();
    const ms = clock.ticksMs() - startMs;
    const path = new URL(c.req.url).pathname;
    const key = `method="${c.req.method}",room="${roomOf(path)}",status="${c.res.status}"`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    total += 1;
    sumS += ms / 1000;
    for (const [index, bound] of BOUNDS_S.entries()) if (ms <= bound * 1000) buckets[index]! += 1;
    const fields = {
      requestId,
      method: c.req.method,
      path,
      status: c.res.status,
      ms: Math.round(ms * 100) / 100,
    };
    if (c.res.status >= 500) log.warn(fields, 'request');
    else log.debug(fields, 'request');
  };
  return {
    middleware,
    metrics: () =>
      [
        '# HELP everypath_http_requests_total Requests answered.',
        '# TYPE everypath_http_requests_total counter',
        ...[...counts].map(([labels, count]) => `everypath_http_requests_total{${labels}} ${count}`),
        '# HELP everypath_http_request_seconds Time to answer.',
        '# TYPE everypath_http_request_seconds histogram',
        ...BOUNDS_S.map(
          (bound, index) => `everypath_http_request_seconds_bucket{le="${bound}"} ${buckets[index]}`,
        ),
        `everypath_http_request_seconds_bucket{le="+Inf"} ${total}`,
        `everypath_http_request_seconds_sum ${sumS}`,
        `everypath_http_request_seconds_count ${total}`,
        '',
      ].join('\n'),
  };
}
