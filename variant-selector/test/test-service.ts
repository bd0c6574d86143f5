// The service on real stores for tests: its routes called without a port, a clock that moves by hand, and devices
// that report what they were served.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  deviceClass,
  errorBodySchema,
  type FetchRequestInput,
  keySetSchema,
  manifestSchema,
  type Served,
  type SignedManifest,
  signedManifestSchema,
  WHOLE_CALL,
  WHOLE_CALL_OPERATOR,
} from '@everypath/schema';
import {
  type Clock,
  createSelector,
  openPostgres,
  type Selector,
  type SelectorDependencies,
  verifyManifest,
} from '../src/index.ts';
import { insertSamples, openClickHouse } from './clickhouse.ts';
import type { Built } from './published.ts';
import { device } from './simulated-fleet.ts';

export const TOKEN = 'publish-token';
export const TAG = '@test/similarity';
export const AT = `/v1/functions/${TAG}`;

/** A clock that moves by hand. */
function manualClock(): Clock & { advance(ms: number): void } {
  let nowMs = 1_800_000_000_000;
  const timers = new Set<{ readonly everyMs: number; readonly run: () => void; dueMs: number }>();
  return {
    nowMs: () => nowMs,
    every: (everyMs, run) => {
      const timer = { everyMs, run, dueMs: nowMs + everyMs };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      nowMs += ms;
      for (const timer of timers) {
        for (; timer.dueMs <= nowMs; timer.dueMs += timer.everyMs) timer.run();
      }
    },
  };
}

export type TestService = Awaited<ReturnType<typeof startService>>;

/** Starts the service in a folder of its own. `service.selector` may be replaced while a test runs. */
export async function startService() {
  const folder = await mkdtemp(join(tmpdir(), 'everypath-selector-'));
  const clickhouse = await openClickHouse(join(folder, 'clickhouse'));
  const database = await openPostgres({ path: ':memory:' });
  const clock = manualClock();
  const service = { selector: null as unknown as Selector, flushed: 0 };
  const open = (part: Partial<SelectorDependencies> = {}): Promise<Selector> =>
    createSelector({
      database,
      artifactsDir: join(folder, 'artifacts'),
      keysDir: join(folder, 'keys'),
      clickhouse,
      publishToken: TOKEN,
      clock,
      beforeRefit: async () => {
        service.flushed += 1;
      },
      options: { seed: 'service', refitMs: 60_000, registryRefreshMs: 5_000 },
      ...part,
    });
  service.selector = await open();

  const call = async (method: string, path: string, body?: unknown, token: string | null = TOKEN) => {
    const raw = body instanceof Uint8Array ? new Uint8Array(body) : null;
    const response = await service.selector.app.request(path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        'content-type': raw ? 'application/octet-stream' : 'application/json',
      },
      ...(body === undefined ? {} : { body: raw ?? JSON.stringify(body) }),
    });
    return response;
  };
  const refused = async (response: Response, status: number, code: string) => {
    const { error } = errorBodySchema.parse(await response.json());
    assert.deepEqual([response.status, error.code], [status, code]);
    assert.ok(error.hint.length > 10);
    return error;
  };
  const publishAll = async (what: Built): Promise<Response> => {
    for (const [hash, bytes] of what.artifacts) {
      assert.equal((await call('PUT', `/v1/artifacts/${hash}`, bytes)).status, 201);
    }
    return call('PUT', `/v1/functions/${what.publication.tag}`, what.publication);
  };
  const ask = (part: Partial<FetchRequestInput> = {}): FetchRequestInput => ({
    device: device(),
    deviceId: 'device-1',
    ...part,
  });
  const fetchManifest = async (part: Partial<FetchRequestInput> = {}, at = AT): Promise<Served> => {
    clock.advance(1);
    const response = await call('POST', `${at}/fetch`, ask(part), null);
    assert.equal(response.status, 200, await response.clone().text());
    const signed: SignedManifest = signedManifestSchema.parse(await response.json());
    const keys = keySetSchema.parse(await (await call('GET', '/v1/keys')).json());
    assert.ok(verifyManifest(signed, keys));
    const text = Buffer.from(signed.manifest, 'base64').toString('utf8');
    return { ...signed.issue, ...manifestSchema.parse(JSON.parse(text)) };
  };
  /** What ingest would store of one run. */
  const report = async (
    manifest: Served,
    batch: number,
    ns: Record<string, number>,
    /** What a call takes outside its nodes; none: whole calls are not told. */
    overheadNs?: number,
  ) => {
    const claims = service.selector.tokens.verify(manifest.telemetryToken);
    assert.ok(typeof claims !== 'string');
    const program = service.selector.catalog.program(claims.tag, claims.variant);
    assert.ok(program);
    const common = {
      device_class: deviceClass(device()).at(-1)!,
      tag: claims.tag,
      variant: claims.variant,
      device: BigInt(`0x${claims.deviceId}`).toString(),
      batch_id: `00000000-0000-4000-8000-${batch.toString().padStart(12, '0')}`,
      cause: claims.cause,
    };
    const rows = program.nodes.flatMap((node) =>
      Array.from({ length: 8 }, (_, index) => ({
        ...common,
        operator: node.operator,
        specialization: node.specialization,
        operator_variant: program.path[node.index]!,
        features: [1000],
        node: node.index,
        latency_ns: ns[program.path[node.index]!]! + index,
      })),
    );
    const sumNs = program.path.reduce((sum, name) => sum + ns[name]!, 0);
    const calls = Array.from({ length: overheadNs === undefined ? 0 : 8 }, (_, index) => ({
      ...common,
      operator: WHOLE_CALL_OPERATOR,
      specialization: claims.tag,
      operator_variant: claims.variant,
      features: [],
      node: WHOLE_CALL,
      latency_ns: sumNs + overheadNs! + index,
    }));
    await insertSamples(clickhouse, [...rows, ...calls]);
  };

  const stop = async (): Promise<void> => {
    await service.selector.close();
    await database.destroy();
    await clickhouse.close();
    await rm(folder, { recursive: true, force: true });
  };
  return Object.assign(service, {
    folder,
    clock,
    database,
    open,
    call,
    refused,
    publishAll,
    ask,
    fetchManifest,
    report,
    stop,
  });
}
