// How many latency samples a second does the ingest take, against what ClickHouse itself could store? The load comes
// over real HTTP from this same process, so the figures are what is left on a machine that does both.

import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CREATE_OP_SAMPLE, type ProgramNode, type TelemetryBatchInput } from '@everypath/schema';
import {
  type ClickHouse,
  createIngest,
  type Ingest,
  openClickHouse,
  type TelemetryClaims,
} from '@everypath/telemetry-ingest';
import { getRequestListener } from '@hono/node-server';
import { figureOf, spreadText } from './measure.ts';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const ROUNDS = 5;
const BATCHES = 400;
const RECORDS = 40;
const SAMPLES = 16;
const CONNECTIONS = 16;
const TOTAL = BATCHES * RECORDS * SAMPLES;

const claims: TelemetryClaims = {
  deviceId: 'bench-device',
  tag: '@bench/ingest',
  variant: '0123456789abcdef',
  cause: 'auto',
};
const token = createHmac('sha256', 'bench').update(JSON.stringify(claims)).digest('base64url');

const nodes: readonly ProgramNode[] = Array.from({ length: RECORDS }, (_, index) => ({
  index,
  operator: `operator.${index % 10}`,
  specialization: 'float32_2',
  label: `node ${index}`,
  line: index,
  features: ['rows', 'columns'],
}));

const batch = (seed: number): TelemetryBatchInput => ({
  version: 1,
  batchId: randomUUID(),
  token,
  tag: claims.tag,
  variant: claims.variant,
  cause: 'auto',
  device: { target: 'linux-x86_64', isaLevel: 'x86-64-v3', microarchitecture: `m${seed % 20}` },
  sealedAtMs: Date.now(),
  records: nodes.map(({ index }) => ({
    node: index,
    features: [64 << (seed % 4), 128],
    calls: 1_000,
    // Spread like real latencies, the same on every machine.
    samplesNs: Array.from(
      { length: SAMPLES },
      (_, at) => 10_000 + ((seed * 7_919 + index * 104_729 + at * 1_299_709) % 5_000),
    ),
  })),
});

/** Samples a second from the first request to the last acknowledgement, and to the last row stored. */
async function measureRound(
  ingest: Ingest,
  url: string,
  zipped: boolean,
): Promise<{ acknowledged: number; stored: number }> {
  const bodies = Array.from({ length: BATCHES }, (_, seed) => {
    const text = JSON.stringify(batch(seed));
    return zipped ? gzipSync(text) : text;
  });
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (zipped) headers['content-encoding'] = 'gzip';
  const start = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
        const response = await fetch(url, { method: 'POST', headers, body: body as BodyInit });
        if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
        await response.arrayBuffer();
      }
    }),
  );
  const acknowledgedMs = performance.now() - start;
  await ingest.flush();
  const storedMs = performance.now() - start;
  return { acknowledged: (TOTAL / acknowledgedMs) * 1e3, stored: (TOTAL / storedMs) * 1e3 };
}

/** Rows a second that the engine stores from a file in its own format, in a table like `op_sample`. */
async function measureEngine({ writer }: ClickHouse, file: string): Promise<number> {
  await writer.command({ query: 'TRUNCATE TABLE engine_ceiling' });
  const start = performance.now();
  await writer.command({
    query: `INSERT INTO engine_ceiling SELECT * FROM file('${file}', Native) SETTINGS max_insert_threads = 1`,
  });
  return (TOTAL / (performance.now() - start)) * 1e3;
}

export async function run(_: BenchOptions): Promise<BenchReport> {
  const root = mkdtempSync(join(tmpdir(), 'everypath-bench-'));
  const clickhouse = openClickHouse({ path: join(root, 'clickhouse') });
  const program = { target: 'linux-x86_64', nodes, path: nodes.map(() => 'variant') } as const;
  const ingest = await createIngest({
    clickhouse,
    catalog: { program: () => program },
    tokens: { verify: (given) => (given === token ? claims : 'not the token of this benchmark') },
    spoolDir: join(root, 'spool'),
  });
  const server = createServer(getRequestListener(ingest.app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/telemetry`;
  try {
    await measureRound(ingest, url, false);
    const file = join(root, 'rows.native');
    await clickhouse.writer.command({ query: CREATE_OP_SAMPLE.replace('op_sample', 'engine_ceiling') });
    await clickhouse.writer.command({
      query: `SELECT * FROM op_sample INTO OUTFILE '${file}' FORMAT Native`,
    });
    const taken = {
      acknowledged: [] as number[],
      stored: [] as number[],
      zipped: [] as number[],
      engine: [] as number[],
    };
    for (let round = 0; round < ROUNDS; round++) {
      taken.engine.push(await measureEngine(clickhouse, file));
      const plain = await measureRound(ingest, url, false);
      taken.acknowledged.push(plain.acknowledged);
      taken.stored.push(plain.stored);
      taken.zipped.push((await measureRound(ingest, url, true)).acknowledged);
    }
    const { ledger } = ingest.stats();
    const expected = TOTAL * (1 + 2 * ROUNDS);
    if (ledger.stored !== expected) throw new Error(`stored ${ledger.stored} of ${expected} samples`);
    const engine = figureOf(taken.engine).median;
    const row = (name: string, values: readonly number[]): BenchRow => {
      const figure = figureOf(values);
      return {
        name,
        value: figure.median,
        unit: 'samples/s',
        ratio: figure.median / engine,
        note: spreadText(figure),
      };
    };
    return {
      name: `ingest: ${BATCHES} batches of ${RECORDS * SAMPLES} samples over ${CONNECTIONS} connections`,
      rows: [
        row('engine alone, one insert from a Native file', taken.engine),
        row('acknowledged (on disk), JSON', taken.acknowledged),
        row('acknowledged (on disk), JSON in gzip', taken.zipped),
        row('stored in ClickHouse, histogram included', taken.stored),
      ],
    };
  } finally {
    server.close();
    server.closeAllConnections();
    await ingest.close();
    await clickhouse.close();
    rmSync(root, { recursive: true, force: true });
  }
}
