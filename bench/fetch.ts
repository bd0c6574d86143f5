// How many fetches a second does the service answer, and how late, beside an empty route of the same server in the same
// run? The server is the one that is shipped, with all that it does around a request; the empty route is `/healthz`. Two
// kinds of fetches: by devices that have nothing yet (decided, logged, signed), and by devices that hold their answer
// (304). The load comes from another thread of this machine.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createWorld } from '@everypath/variant-selector';
import { createApi } from '../platform/src/cli/api.ts';
import { publishWorld } from '../platform/src/fleet/publish-world.ts';
import { startPlatform } from '../platform/src/server.ts';
import type { Load, LoadResult } from './fetch/load.ts';
import { figureOf, spreadText } from './measure.ts';
import type { BenchOptions, BenchReport, BenchRow } from './suite.ts';

const ROUNDS = 5;
const SECONDS = Number(process.env.EVERYPATH_BENCH_SECONDS ?? 1.5);
const CONNECTIONS = 16;
const DEVICES = 20_000;

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
  const dataDir = mkdtempSync(join(tmpdir(), 'everypath-bench-'));
  const world = createWorld({ seed: 'bench', classes: 40, variants: 300 });
  const platform = await startPlatform({
    dataDir,
    port: 0,
    logLevel: 'error',
    mode: 'command',
    selector: { seed: 'bench', refitMs: 0, registryRefreshMs: 0 },
  });
  const port = Number(new URL(platform.url).port);
  try {
    await publishWorld(world, createApi(platform.url, platform.publishToken));
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
    const empty = [Buffer.from('GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')];
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
    await platform.flush();
    const half = figureOf(rates.fresh).median / 2;
    const late: Record<Kind, number[]> = { empty: [], fresh: [], held: [] };
    for (let round = 0; round < ROUNDS; round++)
      for (const kind of ['empty', 'fresh', 'held'] as const)
        late[kind].push((await generate({ ...common, rate: half, requests: kinds[kind] })).p99Ms);
    await platform.flush();
    const names = {
      empty: 'empty route (/healthz)',
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
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
