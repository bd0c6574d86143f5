// OTLP over HTTP with OpenTelemetry's own SDK and exporters as the clients, JSON and protobuf.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { type Ingest, isBalanced } from '../src/index.ts';
import { samplesOfExponential, samplesOfHistogram } from '../src/otlp/samples.ts';
import { openIngest, rows, useClickHouse } from './ingest-under-test.ts';
import { signToken, TAG, VARIANT } from './sample-program.ts';

useClickHouse();
let ingest: Ingest;
let url = '';
const server = createServer(
  (request, response) => void getRequestListener(ingest.app.fetch)(request, response),
);

before(async () => {
  ingest = await openIngest();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`;
});
after(async () => {
  server.close();
  server.closeAllConnections();
  await ingest.close();
});

const attributes = (runtime: string) => ({
  'everypath.token': signToken(),
  'everypath.tag': TAG,
  'everypath.variant': VARIANT,
  'everypath.target': 'linux-x86_64',
  'everypath.isa_level': 'x86-64-v3',
  'everypath.runtime': runtime,
});

/** Sends each export twice, as after an answer that was lost. */
class Repeating implements PushMetricExporter {
  readonly #inner: PushMetricExporter;
  constructor(inner: PushMetricExporter) {
    this.#inner = inner;
  }
  export(metrics: ResourceMetrics, done: Parameters<PushMetricExporter['export']>[1]): void {
    this.#inner.export(metrics, () => this.#inner.export(metrics, done));
  }
  forceFlush = () => this.#inner.forceFlush();
  shutdown = () => this.#inner.shutdown();
  selectAggregationTemporality = () => AggregationTemporality.DELTA;
}

const EXPORTERS = [
  ['JSON', JsonExporter, AggregationType.EXPLICIT_BUCKET_HISTOGRAM],
  ['JSON, exponential', JsonExporter, AggregationType.EXPONENTIAL_HISTOGRAM],
  ['protobuf', ProtobufExporter, AggregationType.EXPLICIT_BUCKET_HISTOGRAM],
  ['protobuf, exponential', ProtobufExporter, AggregationType.EXPONENTIAL_HISTOGRAM],
] as const;

for (const [name, Exporter, aggregation] of EXPORTERS) {
  test(`the SDK's histograms arrive, ${name}; sent twice they count once`, async () => {
    const inner = new Exporter({ url, temporalityPreference: AggregationTemporality.DELTA });
    const provider = new MeterProvider({
      resource: resourceFromAttributes(attributes(name)),
      readers: [
        new PeriodicExportingMetricReader({
          exporter: new Repeating(inner),
          exportIntervalMillis: 3_600_000,
        }),
      ],
      views: [
        {
          instrumentName: '*',
          aggregation:
            aggregation === AggregationType.EXPONENTIAL_HISTOGRAM
              ? { type: aggregation }
              : { type: aggregation, options: { boundaries: [0.001, 0.002, 0.004, 0.008] } },
        },
      ],
    });
    const duration = provider.getMeter('test').createHistogram('everypath.operator.duration', { unit: 's' });
    for (let n = 0; n < 40; n++) {
      duration.record(0.001 + n * 0.00005, { 'everypath.node': 0, 'everypath.features': [4096] });
    }
    duration.record(0.005, { 'everypath.node': 'call' });
    duration.record(1, { 'everypath.node': 99 });
    await provider.forceFlush();
    await provider.shutdown();
    await ingest.flush();
    const found = await rows<{ operator: string; n: number; calls: number; median: number }>(
      `SELECT toString(operator) AS operator, toUInt32(count()) AS n, toUInt32(sum(calls)) AS calls,
         quantileExactInclusive(0.5)(latency_ns) AS median
       FROM op_sample WHERE sdk = {sdk:String} GROUP BY operator ORDER BY operator`,
      { sdk: name },
    );
    assert.deepEqual(
      found.map(({ operator, n, calls }) => ({ operator, n, calls })),
      [
        { operator: 'PIL.Image.Image.resize[bilinear]', n: 32, calls: 40 },
        { operator: 'everypath.call', n: 1, calls: 1 },
      ],
    );
    // As fine as the buckets: a whole one for explicit bounds, a few per cent for exponential ones.
    const median = found[0]?.median ?? 0;
    assert.ok(median > 1.6e6 && median < 2.3e6, String(median));
    const { ledger } = ingest.stats();
    assert.ok(isBalanced(ledger) && ledger.spooled === 0, JSON.stringify(ledger));
  });
}

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const otlpAttributes = (given: Record<string, string>) =>
  Object.entries(given).map(([key, stringValue]) => ({ key, value: { stringValue } }));
const gauge = (value: number, more: Record<string, string> = {}, name = 'everypath.operator.duration') => ({
  resourceMetrics: [
    {
      resource: { attributes: otlpAttributes({ ...attributes('gauge'), ...more }) },
      scopeMetrics: [
        {
          metrics: [
            {
              name,
              unit: 'ns',
              gauge: {
                dataPoints: [{ timeUnixNano: '1700000000000000000', asDouble: value, attributes: [] }],
              },
            },
          ],
        },
      ],
    },
  ],
});

test('what is not accepted is said, in OTLP’s words', async () => {
  assert.deepEqual(await (await post(gauge(1_000))).json(), {});
  const other = await (await post(gauge(1_000, {}, 'http.server.duration'))).json();
  assert.equal(other.partialSuccess.rejectedDataPoints, '1');
  assert.match(other.partialSuccess.errorMessage, /only everypath\.operator\.duration/);
  const impossible = await (await post(gauge(-5))).json();
  assert.equal(impossible.partialSuccess.rejectedDataPoints, '1');
  const unsigned = await post(gauge(1_000, { 'everypath.token': 'x'.repeat(40) }));
  assert.equal(unsigned.status, 401);
  assert.match((await unsigned.json()).message, /EP_TOKEN_INVALID/);
  assert.equal((await post(gauge(1_000, { 'everypath.tag': '@not/mine' }))).status, 403);
  assert.equal((await post('{')).status, 400);
  assert.equal((await post({ resourceMetrics: 7 })).status, 400);
  assert.equal((await post('x', { 'content-type': 'text/plain' })).status, 415);
  const noise = await post('\u0001\u0002', { 'content-type': 'application/x-protobuf' });
  assert.equal(noise.status, 400);
  assert.equal(noise.headers.get('content-type'), 'application/x-protobuf');
  assert.ok((await noise.arrayBuffer()).byteLength > 10);
});

test('samples stand at even ranks of a histogram', () => {
  const explicit = { attributes: [], timeUnixNano: '0' };
  assert.deepEqual(
    samplesOfHistogram({ ...explicit, count: 4, bucketCounts: [0, 4, 0], explicitBounds: [10, 20] }),
    [11.25, 13.75, 16.25, 18.75],
  );
  assert.deepEqual(
    samplesOfHistogram({
      ...explicit,
      count: 2,
      bucketCounts: [1, 1],
      explicitBounds: [10],
      min: 4,
      max: 30,
    }),
    [7, 20],
  );
  assert.deepEqual(samplesOfHistogram({ ...explicit, count: 0, bucketCounts: [], explicitBounds: [] }), []);
  assert.deepEqual(
    samplesOfExponential({
      ...explicit,
      count: 2,
      scale: 0,
      zeroCount: 0,
      positive: { offset: 3, bucketCounts: [2] },
    }),
    [10, 14],
  );
  const many = samplesOfHistogram({
    ...explicit,
    count: 1e6,
    bucketCounts: [1e6],
    explicitBounds: [],
    max: 1,
  });
  assert.equal(many.length, 32);
});
