// Traces by configuration, against a collector that keeps what it is sent.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { pino } from 'pino';
import { systemClock, systemRandom } from '../src/clock.ts';
import { createRequestMetrics } from '../src/server/requests.ts';
import { startTracing } from '../src/server/tracing.ts';

interface SentSpan {
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly name: string;
}

test('without an endpoint there is no tracing', async () => {
  assert.equal(await startTracing({}), undefined);
  assert.equal(
    await startTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' }),
    undefined,
  );
});

test('a request becomes a span of its caller’s trace, with no address and no query in it', async () => {
  const bodies: string[] = [];
  const collector = createServer((request, response) => {
    request.setEncoding('utf8');
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      bodies.push(text);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  // The exporter reads the standard variables by itself.
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
  const tracing = await startTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  assert.ok(tracing);
  const requests = createRequestMetrics(pino({ level: 'silent' }), systemClock, systemRandom);
  const server = createServer((incoming, outgoing) =>
    requests.around(incoming, outgoing, () => outgoing.writeHead(202).end('ok')),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const parent = 'b7ad6b7169203331';
  await fetch(`${address}/v1/telemetry?secret=1`, {
    method: 'POST',
    headers: { traceparent: `00-${traceId}-${parent}-01` },
  });
  for (let room = 0; room < 50; room++) await fetch(`${address}/v1/room${'x'.repeat(room % 10)}${room}`);
  // Answers are noted once their connections know that they are through.
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await tracing.close();
  collector.close();

  const sent = bodies.flatMap((body) => {
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  });
  const span = sent.find(({ name }) => name === 'POST v1/telemetry');
  assert.equal(span?.traceId, traceId);
  assert.equal(span?.parentSpanId, parent);
  assert.ok(bodies.every((body) => !body.includes('secret')));
  assert.match(bodies.join(), /"everypath"/);
  // What callers invent adds no series.
  const series = (await requests.metrics())
    .split('\n')
    .filter((line) => line.startsWith('everypath_http_requests'));
  assert.deepEqual(series.map((line) => /room="([^"]*)"/.exec(line)?.[1]).sort(), [
    'v1/other',
    'v1/telemetry',
  ]);
});
