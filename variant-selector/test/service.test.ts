// The whole service over its routes, on real stores: publish, fetch, run, report, refit, fetch again; and what happens
// when a database goes away or the process starts anew.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ClickHouseClient } from '@clickhouse/client';
import {
  type Database,
  deviceClass,
  errorBodySchema,
  type FetchRequestInput,
  keySetSchema,
  manifestSchema,
  type SignedManifest,
  signedManifestSchema,
} from '@everypath/schema';
import type { Kysely } from 'kysely';
import {
  type Clock,
  createSelector,
  type Explanation,
  openPostgres,
  type Selector,
  type SelectorDependencies,
  verifyManifest,
} from '../src/index.ts';
import { insertSamples, openClickHouse } from './clickhouse.ts';
import { type Built, build, sha256, variantOf } from './published.ts';
import { device } from './simulated-fleet.ts';

const TOKEN = 'publish-token';
const TAG = '@test/similarity';
const AT = `/v1/functions/${TAG}`;

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

describe('service', () => {
  let folder = '';
  let clickhouse: ClickHouseClient;
  let database: Kysely<Database>;
  let selector: Selector;
  const clock = manualClock();
  let flushed = 0;
  let built: Built;

  const open = (part: Partial<SelectorDependencies> = {}): Promise<Selector> =>
    createSelector({
      database,
      artifactsDir: join(folder, 'artifacts'),
      keysDir: join(folder, 'keys'),
      clickhouse,
      publishToken: TOKEN,
      clock,
      beforeRefit: async () => {
        flushed += 1;
      },
      options: { seed: 'service', refitMs: 60_000, registryRefreshMs: 5_000 },
      ...part,
    });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'everypath-selector-'));
    clickhouse = await openClickHouse(join(folder, 'clickhouse'));
    database = await openPostgres({ path: ':memory:' });
    selector = await open();
    built = build(TAG, 'clang-19', ['wasm32']);
  });
  after(async () => {
    await selector.close();
    await database.destroy();
    await clickhouse.close();
    await rm(folder, { recursive: true, force: true });
  });

  const call = async (method: string, path: string, body?: unknown, token: string | null = TOKEN) => {
    const raw = body instanceof Uint8Array ? new Uint8Array(body) : null;
    const response = await selector.app.request(path, {
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
  const fetchManifest = async (part: Partial<FetchRequestInput> = {}, at = AT) => {
    clock.advance(1);
    const response = await call('POST', `${at}/fetch`, ask(part), null);
    assert.equal(response.status, 200, await response.clone().text());
    const signed: SignedManifest = signedManifestSchema.parse(await response.json());
    const keys = keySetSchema.parse(await (await call('GET', '/v1/keys')).json());
    assert.ok(verifyManifest(signed, keys));
    return manifestSchema.parse(JSON.parse(Buffer.from(signed.manifest, 'base64').toString('utf8')));
  };
  /** What ingest would store of one run. */
  const report = async (
    manifest: Awaited<ReturnType<typeof fetchManifest>>,
    batch: number,
    ns: Record<string, number>,
  ) => {
    const claims = selector.tokens.verify(manifest.telemetryToken);
    assert.ok(typeof claims !== 'string');
    const program = selector.catalog.program(claims.tag, claims.variant);
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
    await insertSamples(clickhouse, rows);
  };

  it('lets nobody write without the token, and checks what is sent', async () => {
    const [hash, bytes] = [...built.artifacts][0]!;
    await refused(await call('PUT', `/v1/artifacts/${hash}`, bytes, null), 401, 'EP_UNAUTHORIZED');
    await refused(await call('PUT', AT, {}, 'wrong'), 401, 'EP_UNAUTHORIZED');
    await refused(await call('DELETE', `${AT}/override`, undefined, null), 401, 'EP_UNAUTHORIZED');
    await refused(await call('POST', '/v1/models/refit', undefined, null), 401, 'EP_UNAUTHORIZED');
    await refused(await call('PUT', `/v1/artifacts/${'0'.repeat(64)}`, bytes), 422, 'EP_ARTIFACT_HASH');
    await refused(await call('PUT', '/v1/artifacts/nonsense', bytes), 400, 'EP_INVALID_REQUEST');
    const error = await refused(
      await call('PUT', AT, { ...built.publication, nodes: 7 }),
      400,
      'EP_INVALID_REQUEST',
    );
    assert.equal(error.issues?.[0]?.path, 'nodes');
    await refused(await call('GET', AT), 404, 'EP_FUNCTION_NOT_FOUND');
    await refused(await call('POST', `${AT}/fetch`, ask()), 404, 'EP_FUNCTION_NOT_FOUND');
  });

  it('refuses a publication until its artifacts are there, then takes it, twice', async () => {
    const missing = await refused(await call('PUT', AT, built.publication), 409, 'EP_ARTIFACTS_MISSING');
    assert.deepEqual(
      missing.issues?.map((issue) => issue.message),
      built.publication.variants.map((variant) => variant.sha256),
    );
    assert.deepEqual(await (await call('GET', '/v1/functions')).json(), { functions: [] });
    assert.equal((await publishAll(built)).status, 201);
    assert.equal((await publishAll(built)).status, 200);
    const short = {
      ...built.publication,
      variants: built.publication.variants.map((each) => ({ ...each, path: ['one'] })),
    };
    await refused(await call('PUT', AT, short), 422, 'EP_PATH_LENGTH');
    await refused(await call('PUT', '/v1/functions/@test/other', built.publication), 400, 'EP_TAG_MISMATCH');
    const { functions } = (await (await call('GET', '/v1/functions')).json()) as {
      functions: { targets: string[] }[];
    };
    assert.deepEqual(functions[0]!.targets, ['linux-x86_64', 'wasm32']);
    const detail = (await (await call('GET', AT)).json()) as { signature: unknown };
    assert.deepEqual(detail.signature, built.publication.signature);
    const { variants } = (await (await call('GET', `${AT}/variants?target=wasm32`)).json()) as {
      variants: unknown[];
    };
    assert.equal(variants.length, 2);
  });

  it('gives an artifact as it was sent, and never a damaged one', async () => {
    const { sha256: hash } = variantOf(built, 'linux-x86_64', 'avx2', 'heap');
    const response = await call('GET', `/v1/artifacts/${hash}`, undefined, null);
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.equal(sha256(bytes), hash);
    assert.match(response.headers.get('cache-control') ?? '', /immutable/);
    await writeFile(join(folder, 'artifacts', hash.slice(0, 2), hash), 'damaged');
    await refused(await call('GET', `/v1/artifacts/${hash}`), 500, 'EP_ARTIFACT_CORRUPT');
    assert.equal((await call('PUT', `/v1/artifacts/${hash}`, bytes)).status, 201);
    assert.equal((await call('GET', `/v1/artifacts/${hash}`)).status, 200);
    await refused(await call('GET', `/v1/artifacts/${'0'.repeat(64)}`), 404, 'EP_ARTIFACT_NOT_FOUND');
  });

  it('closes the loop: cold, tried, fitted, predicted', async () => {
    const ns = { scalar: 1000, avx2: 4000, heap: 900, sort: 300 };
    const first = await fetchManifest();
    assert.equal(first.reason, 'cold');
    assert.equal(first.path[0], 'avx2');
    assert.equal(first.artifact, `/v1/artifacts/${first.sha256}`);
    assert.equal(first.expiresAtMs - first.issuedAtMs, 86_400_000);
    await report(first, 1, ns);
    const before = flushed;
    const refit = (await (await call('POST', '/v1/models/refit')).json()) as {
      changed: boolean;
      generation: number;
    };
    assert.equal(flushed, before + 1);
    assert.deepEqual([refit.changed, refit.generation], [true, 1]);
    assert.equal((await selector.refit()).changed, false);
    for (let round = 2; round < 14; round += 1) {
      await report(await fetchManifest(), round, ns);
      await selector.refit();
    }
    const settled = await fetchManifest({ explore: false });
    assert.deepEqual(settled.path, ['scalar', 'sort']);
    assert.equal(settled.reason, 'predicted');
    assert.ok(Math.abs(settled.predictedNs! - 1307) < 150, `${settled.predictedNs}`);
    const models = (await (await call('GET', '/v1/models')).json()) as { families: { operator: string }[] };
    assert.deepEqual(models.families.map((family) => family.operator).sort(), [
      'everypath.topk',
      'numpy.matmul',
    ]);
  });

  it('explains completely', async () => {
    const response = await call('POST', `${AT}/explain`, ask({ device: device({ isaLevel: 'x86-64' }) }));
    const low = (await response.json()) as Explanation;
    assert.deepEqual(
      low.excluded.map((each) => each.why),
      Array(2).fill('needs x86-64-v3, the device has x86-64'),
    );
    assert.equal(low.candidates[0]!.nodes[0]!.fromClass, 'linux-x86_64');

    const full = (await (await call('POST', `${AT}/explain`, ask())).json()) as Explanation;
    assert.equal(full.deviceClass, 'linux-x86_64/x86-64-v3/zen3/ryzen-5800x');
    assert.equal(full.chosen, variantOf(built, 'linux-x86_64', 'scalar', 'sort').id);
    assert.equal(full.reason, 'predicted');
    assert.equal(full.candidates.length, 4);
    assert.ok(Math.abs(full.candidates.reduce((sum, each) => sum + each.propensity, 0) - 1) < 1e-9);
    const [best, second] = full.candidates;
    assert.equal(best!.variant, full.chosen);
    assert.ok(best!.predictedNs! < second!.predictedNs!);
    assert.ok(best!.interval90Ns![0] < best!.predictedNs! && best!.predictedNs! < best!.interval90Ns![1]);
    for (const node of best!.nodes) {
      assert.equal(node.fromClass, full.deviceClass);
      assert.ok(node.samples >= 16 && node.devices === 1 && node.sd > 0);
    }
    assert.match(full.summary, /predicted fastest/);
    const forced = variantOf(built, 'linux-x86_64', 'avx2', 'heap').id;
    const told = (await (
      await call('POST', `${AT}/explain`, ask({ variant: forced }))
    ).json()) as Explanation;
    assert.deepEqual([told.chosen, told.reason, told.exploration.phase], [forced, 'forced', 'none']);
  });

  it('forces and pins, and writes down every decision with its reason', async () => {
    const slow = variantOf(built, 'linux-x86_64', 'avx2', 'heap');
    const forced = await fetchManifest({ variant: slow.id });
    assert.deepEqual([forced.variant, forced.reason, forced.cause], [slow.id, 'forced', 'forced']);
    assert.equal((await fetchManifest({ variant: slow.id, bench: true })).cause, 'bench');
    await refused(
      await call('POST', `${AT}/fetch`, ask({ variant: '0'.repeat(16) })),
      404,
      'EP_VARIANT_NOT_FOUND',
    );

    const scope = 'linux-x86_64/x86-64-v3';
    const put = await call('PUT', `${AT}/override`, { variant: slow.id, scope, note: 'for a while' });
    assert.equal(put.status, 200);
    const pinned = await fetchManifest();
    assert.deepEqual([pinned.variant, pinned.reason, pinned.cause], [slow.id, 'pinned', 'forced']);
    await refused(
      await call('PUT', `${AT}/override`, { variant: slow.id, scope: 'wasm32' }),
      422,
      'EP_VARIANT_DOES_NOT_RUN',
    );
    assert.equal((await call('DELETE', `${AT}/override?scope=${encodeURIComponent(scope)}`)).status, 200);
    await refused(await call('DELETE', `${AT}/override`), 404, 'EP_OVERRIDE_NOT_FOUND');
    assert.equal((await fetchManifest({ explore: false })).reason, 'predicted');

    await selector.flush();
    const query = `/v1/decisions?limit=5&tag=${encodeURIComponent(TAG)}`;
    const { decisions } = (await (await call('GET', query)).json()) as {
      decisions: { reason: string; device: string; propensity: number }[];
    };
    assert.equal(decisions.length, 5);
    assert.deepEqual(
      decisions.map((each) => each.reason).sort(),
      ['forced', 'forced', 'pinned', 'predicted', 'predicted'].sort(),
    );
    assert.ok(decisions.every((each) => /^[0-9a-f]{16}$/.test(each.device) && each.propensity > 0));
  });

  it('serves what it knows after a restart, with ClickHouse away', async () => {
    const before = selector.stats();
    await fetchManifest();
    await selector.close();
    const away = {
      query: () => Promise.reject(new Error('connection refused')),
    } as unknown as ClickHouseClient;
    selector = await open({ clickhouse: away });
    const manifest = await fetchManifest({ explore: false });
    assert.deepEqual([manifest.path, manifest.reason], [['scalar', 'sort'], 'predicted']);
    assert.equal(selector.stats().generation, before.generation);
    await refused(await call('POST', '/v1/models/refit'), 503, 'EP_MODELS_UNAVAILABLE');
    assert.deepEqual((await fetchManifest({ explore: false })).path, ['scalar', 'sort']);
    const all = await selector.decisions({ limit: 1000 });
    assert.ok(all.length >= before.decisionsStored + 1);
    await selector.close();
    selector = await open();
  });

  it('goes on serving with Postgres away, and loses no decision', async () => {
    let down = false;
    const failing = database.withPlugin({
      transformQuery: ({ node }) => {
        if (down) throw new Error('Postgres is away');
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const main = selector;
    selector = await open({ database: failing });
    const stored = (await selector.decisions({ limit: 1000 })).length;
    down = true;
    clock.advance(5_000);
    for (let index = 0; index < 20; index += 1) await fetchManifest({ deviceId: `device-${index}` });
    assert.equal(await selector.flush(), false);
    assert.equal(selector.stats().decisionsWaiting, 20);
    assert.equal(selector.stats().registryAway, true);
    await refused(await call('PUT', AT, built.publication), 503, 'EP_REGISTRY_UNAVAILABLE');
    await refused(await call('GET', '/v1/decisions'), 503, 'EP_REGISTRY_UNAVAILABLE');
    down = false;
    await selector.close();
    assert.equal((await selector.decisions({ limit: 1000 })).length, stored + 20);
    selector = main;
  });

  it('refits by itself, and sees what another process published', async () => {
    const other = await open();
    const next = build('@test/elsewhere');
    for (const [hash, bytes] of next.artifacts) {
      const response = await other.app.request(`/v1/artifacts/${hash}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${TOKEN}` },
        body: bytes,
      });
      assert.equal(response.status, 201);
    }
    await other.app.request('/v1/functions/@test/elsewhere', {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(next.publication),
    });
    await other.close();
    const { refits, functions } = selector.stats();
    clock.advance(60_000);
    // The background fit runs on; asking for one waits behind it.
    await selector.refit();
    assert.equal(selector.stats().refits, refits + 2);
    while (selector.stats().functions === functions) await new Promise(setImmediate);
    assert.equal((await fetchManifest({}, '/v1/functions/@test/elsewhere')).tag, '@test/elsewhere');
  });

  it('describes itself', () => {
    const document = selector.app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'selector', version: '1' },
    });
    const paths = Object.keys(document.paths ?? {}).sort();
    assert.deepEqual(paths, [
      '/v1/artifacts/{sha256}',
      '/v1/decisions',
      '/v1/functions',
      '/v1/functions/{user}/{name}',
      '/v1/functions/{user}/{name}/explain',
      '/v1/functions/{user}/{name}/fetch',
      '/v1/functions/{user}/{name}/override',
      '/v1/functions/{user}/{name}/variants',
      '/v1/keys',
      '/v1/models',
      '/v1/models/refit',
    ]);
  });
});
