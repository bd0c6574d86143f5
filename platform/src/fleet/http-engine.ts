// The fleet's engine over HTTP: selector, ingest and stores as `everypath up` mounts them, on a port, with a clock that
// follows the simulated time; and the devices' side of the protocol: fetch with ETag, signed manifest, telemetry with
// the manifest's token.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeySet, Manifest, Served, SignedManifest, TelemetryBatchInput } from '@everypath/schema';
import { createIngest, migrateClickHouse, openClickHouse } from '@everypath/telemetry-ingest';
import {
  createSelector,
  type FetchEvent,
  type FleetEngine,
  type FleetMeasured,
  type FleetWorld,
  type RefitReport,
  verifyManifest,
} from '@everypath/variant-selector';
import { Pool } from 'undici';
import { createApi } from '../cli/api.ts';
import { type Random, systemClock } from '../clock.ts';
import { Failure } from '../failure.ts';
import { openLog } from '../log.ts';
import { seededRandom } from '../measure/seeded-random.ts';
import { createHttpListener } from '../server/http-app.ts';
import { listen } from '../server/listen.ts';
import { publishWorld } from './publish-world.ts';

/** What a device holds between its fetches. */
interface Held {
  readonly etag: string;
  readonly manifest: Served;
}

export interface HttpEngine extends FleetEngine<Served> {
  /** Moves the services' clock. */
  at(atMs: number): void;
  readonly counts: { fetched: number; unchanged: number; batches: number; verified: number };
}

const TOKEN = 'fleet-publish-token';
const CONNECTIONS = 16;
const WHOLE_CALL = 0xffffffff;
/** One manifest in so many is verified by the device's side too: each costs as much as serving it. */
const VERIFY_EVERY = 16;

/** Starts the services in a folder of their own and publishes the world's function. */
export async function openHttpEngine(
  world: FleetWorld,
  options: { readonly seed: number; readonly startMs: number; readonly random: Random },
): Promise<HttpEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'everypath-fleet-'));
  let nowMs = options.startMs;
  const log = openLog('error');
  const random = seededRandom(options.seed);
  const server = await listen({ host: '127.0.0.1', port: 0 });
  const clickhouse = openClickHouse({ path: join(folder, 'clickhouse') });
  await migrateClickHouse(clickhouse);
  const selector = await createSelector({
    database: { path: ':memory:' },
    clickhouse: clickhouse.client,
    artifactsDir: join(folder, 'artifacts'),
    keysDir: join(folder, 'keys'),
    publishToken: TOKEN,
    beforeRefit: async () => ingest.flush(),
    clock: { nowMs: () => nowMs, every: realEvery },
    random,
    log,
    options: { seed: `${options.seed}`, refitMs: 0, registryRefreshMs: 0 },
  });
  const ingest = await createIngest({
    clickhouse,
    catalog: selector.catalog,
    tokens: selector.tokens,
    spoolDir: join(folder, 'spool'),
    deviceSalt: 'fleet',
    clock: { nowMs: () => nowMs, after: realAfter },
    log,
  });
  const listener = createHttpListener({
    config: { telemetry: 'on' },
    selector,
    ingest,
    clickhouse: clickhouse.client,
    instance: 'fleet',
    log,
    clock: systemClock,
    random: options.random,
  });
  server.answerWith(listener);
  const pool = new Pool(server.url, { connections: CONNECTIONS, pipelining: 1, headersTimeout: 300_000 });
  const counts = { fetched: 0, unchanged: 0, batches: 0, verified: 0 };

  const send = async (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body: string | Uint8Array | null,
    headers: Record<string, string>,
  ): Promise<{ readonly status: number; readonly etag: string; readonly text: string }> => {
    const answer = await pool.request({ method, path, body, headers });
    const text = await answer.body.text();
    if (answer.statusCode >= 400)
      throw new Failure('EP_FLEET', `${method} ${path} was answered with ${answer.statusCode}: ${text}`);
    return { status: answer.statusCode, etag: String(answer.headers.etag ?? ''), text };
  };
  const json = { 'content-type': 'application/json' };
  const writing = { authorization: `Bearer ${TOKEN}` };

  await publishWorld(world, createApi(server.url, TOKEN));
  const keys = JSON.parse((await send('GET', '/v1/keys', null, {})).text) as KeySet;

  const held = new Map<number, Held>();
  const deviceOf = (event: FetchEvent) => world.classes[event.device.classIndex]!.device;
  return {
    via: 'HTTP',
    counts,
    at: (atMs) => {
      nowMs = atMs;
    },
    async fetch(event) {
      const before = held.get(event.device.index);
      const body = JSON.stringify({ device: deviceOf(event), deviceId: event.device.id });
      const answer = await send('POST', `/v1/functions/${world.tag}/fetch`, body, {
        ...json,
        ...(before === undefined ? {} : { 'if-none-match': before.etag }),
      });
      counts.fetched += 1;
      let manifest: Served;
      if (answer.status === 304 && before !== undefined) {
        counts.unchanged += 1;
        manifest = before.manifest;
      } else {
        const signed = JSON.parse(answer.text) as SignedManifest;
        if (counts.fetched % VERIFY_EVERY === 0) {
          if (!verifyManifest(signed, keys)) throw new Failure('EP_FLEET', 'a manifest is not signed right');
          counts.verified += 1;
        }
        const text = Buffer.from(signed.manifest, 'base64').toString('utf8');
        manifest = { ...signed.issue, ...(JSON.parse(text) as Manifest) };
        held.set(event.device.index, { etag: answer.etag, manifest });
      }
      return { variant: manifest.variant, reason: manifest.reason, propensity: 0, ticket: manifest };
    },
    async report(event, manifest, measured) {
      await send(
        'POST',
        '/v1/telemetry',
        JSON.stringify(batchOf(event, manifest, measured, deviceOf(event))),
        json,
      );
      counts.batches += 1;
    },
    async refit() {
      await send('POST', '/v1/models/refit', null, writing);
      const { changes } = JSON.parse((await send('GET', '/v1/models', null, {})).text) as {
        readonly changes: readonly { readonly deviceClass: string; readonly operatorVariant: string }[];
      } & RefitReport;
      return { changes: changes.map((change) => `${change.deviceClass} ${change.operatorVariant}`) };
    },
    async close() {
      await pool.close();
      await server.close();
      await ingest.close();
      await selector.close();
      await clickhouse.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function batchOf(
  event: FetchEvent,
  manifest: Served,
  measured: readonly FleetMeasured[],
  device: FleetWorld['classes'][number]['device'],
): TelemetryBatchInput {
  return {
    version: 1,
    batchId: `${event.session.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    token: manifest.telemetryToken,
    tag: manifest.tag,
    variant: manifest.variant,
    cause: manifest.cause,
    device,
    sealedAtMs: event.atMs,
    records: measured.map(({ node, samplesNs }) => ({
      node: node < 0 ? WHOLE_CALL : node,
      features: node < 0 ? [] : [1000],
      calls: samplesNs.length,
      samplesNs: [...samplesNs],
    })),
  };
}

function realEvery(intervalMs: number, run: () => void): () => void {
  const timer = setInterval(run, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

function realAfter(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
}
