// How many fetches a second does the selector answer, and how late, beside an empty route of the same server in the
// same run? Three kinds: devices that have nothing yet (decided, logged, signed), and devices that hold their answer
// (304). The load comes from another thread of this machine.

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { migrateClickHouse, openClickHouse } from '@everypath/telemetry-ingest';
import { createSelector, createWorld } from '@everypath/variant-selector';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Load, LoadResult } from './fetch/load.ts';
import { figureOf, spreadText } from './measure.ts';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const ROUNDS = 5;
const SECONDS = Number(process.env.EVERYPATH_BENCH_SECONDS ?? 1.5);
const CONNECTIONS = 16;
const DEVICES = 20_000;
const TOKEN = 'bench-token';

const generate = (load: Load): Promise<LoadResult> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./fetch/load.ts', import.meta.url), { workerData: load });
    worker.once('message', (result: LoadResult) => resolve(result));
    worker.once('error', reject);
  });

function request(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Uint8Array {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

export async function run({ json }: BenchOptions): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'everypath-bench-'));
  const clickhouse = openClickHouse({ path: join(folder, 'clickhouse') });
  await migrateClickHouse(clickhouse);
  const world = createWorld({ seed: 'bench', classes: 40, variants: 300 });
  const selector = await createSelector({
    database: { path: ':memory:' },
    clickhouse: clickhouse.client,
    artifactsDir: join(folder, 'artifacts'),
    keysDir: join(folder, 'keys'),
    publishToken: TOKEN,
    options: { seed: 'bench', refitMs: 0, registryRefreshMs: 0 },
  });
  const app = new Hono();
  app.post('/empty', (context) => context.body('{}', 200, { 'content-type': 'application/json' }));
  app.route('/', selector.app);
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await publish(app, world);
    const bodies = Array.from({ length: DEVICES }, (_, index) =>
      JSON.stringify({
        device: {
          ...world.classes[index % world.classes.length]!.device,
          extensions: ['avx2', 'fma', 'bmi2', 'f16c', 'popcnt', 'movbe', 'aes'],
          cacheBytes: [32768, 1048576, 33554432],
          os: 'Linux 6.1',
        },
        deviceId: `bench-device-${index}`,
      }),
    );
    const path = `/v1/functions/${world.tag}/fetch`;
    const empty = bodies.map((body) => request('/empty', body));
    const fresh = bodies.map((body) => request(path, body));
    const common = { port, connections: CONNECTIONS, seconds: SECONDS };
    const warm = await generate({ ...common, rate: null, requests: fresh });
    const held = bodies.flatMap((body, index) => {
      const etag = warm.etags[index];
      return etag ? [request(path, body, { 'if-none-match': etag })] : [];
    });
    await generate({ ...common, rate: null, requests: empty });
    const kinds = { empty, fresh, held };
    type Kind = keyof typeof kinds;
    const rates: Record<Kind, number[]> = { empty: [], fresh: [], held: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const kind of ['empty', 'fresh', 'held'] as const) {
        const { answered, seconds, statuses } = await generate({
          ...common,
          rate: null,
          requests: kinds[kind],
        });
        const bad = Object.keys(statuses).filter((status) => !['200', '304'].includes(status));
        if (bad.length > 0) throw new Error(`${kind}: answered ${JSON.stringify(statuses)}`);
        rates[kind].push(answered / seconds);
      }
      if (!json) console.log(`fetch: round ${round + 1} of ${ROUNDS}`);
    }
    await selector.flush();
    const half = figureOf(rates.fresh).median / 2;
    const late: Record<Kind, number[]> = { empty: [], fresh: [], held: [] };
    for (let round = 0; round < ROUNDS; round++)
      for (const kind of ['empty', 'fresh', 'held'] as const)
        late[kind].push((await generate({ ...common, rate: half, requests: kinds[kind] })).p99Ms);
    await selector.flush();
    const names = {
      empty: 'empty route',
      fresh: 'fetch by a new device (decided, logged, signed)',
      held: 'fetch by a device that has its answer (304)',
    };
    const rows = (of: Record<Kind, number[]>, unit: string, what: string): readonly BenchRow[] =>
      (['empty', 'fresh', 'held'] as const).map((kind) => {
        const figure = figureOf(of[kind]);
        return {
          name: `${names[kind]}, ${what}`,
          value: figure.median,
          unit,
          ratio: figure.median / figureOf(of.empty).median,
          note: spreadText(figure),
        };
      });
    return {
      name: `fetch: ${CONNECTIONS} connections, ${DEVICES} devices, ${world.variants.length} variants`,
      rows: [
        ...rows(rates, '1/s', 'as many as it answers'),
        ...rows(late, 'ms', `p99 at ${half.toFixed(0)}/s`),
      ],
    };
  } finally {
    server.close();
    server.closeAllConnections();
    await selector.close();
    await clickhouse.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function publish(app: Hono, world: ReturnType<typeof createWorld>): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const check = async (response: Response): Promise<void> => {
    if (response.status >= 300) throw new Error(await response.text());
  };
  const variants = [];
  for (const variant of world.variants) {
    const bytes = new TextEncoder().encode(`bench ${variant.id}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await check(
      await app.request(`/v1/artifacts/${sha256}`, {
        method: 'PUT',
        body: bytes,
        headers: { ...headers, 'content-type': 'application/octet-stream' },
      }),
    );
    variants.push({ ...variant, sha256, sizeBytes: bytes.length });
  }
  const publication = {
    tag: world.tag,
    description: 'Simulated.',
    file: 'simulated.py',
    source: '',
    signature: { parameters: [], result: { kind: 'none' } },
    nodes: world.nodes,
    irText: '',
    irHash: '',
    toolchain: 'simulated',
    variants,
  };
  await check(
    await app.request(`/v1/functions/${world.tag}`, {
      method: 'PUT',
      body: JSON.stringify(publication),
      headers: { ...headers, 'content-type': 'application/json' },
    }),
  );
}
