// The platform over real HTTP with embedded databases: everything mounted, everything kept over a restart.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findOwner } from '../src/data-folder.ts';
import { type Platform, startPlatform } from '../src/server.ts';
import { device, fetchByHand, publication, publishByHand, reportByHand, TAG } from './world.ts';

const BATCH = '0b6f6c52-7a0e-4f65-9d4e-2f2a3d8c1e01';

describe('the platform', () => {
  let folder: string;
  let platform: Platform;
  const start = () => startPlatform({ dataDir: join(folder, 'data'), port: 0, logLevel: 'error' });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'everypath-server-'));
    platform = await start();
  });
  after(async () => {
    await platform.close();
    await rm(folder, { recursive: true });
  });

  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(platform.url + path, init);

  test('says that it lives and is ready', async () => {
    const health = await get('/healthz');
    assert.equal(health.status, 200);
    const ready = await get('/readyz');
    assert.deepEqual(
      [ready.status, await ready.json()],
      [200, { ready: true, clickhouse: 'ok', postgres: 'ok', spool: 'ok' }],
    );
  });

  test('a second platform on the same folder is refused', async () => {
    await assert.rejects(start(), { code: 'EP_ALREADY_RUNNING', message: new RegExp(platform.url) });
  });

  test('a port that is taken is said, and the folder given up', async () => {
    const dataDir = join(folder, 'other');
    const port = Number(new URL(platform.url).port);
    await assert.rejects(startPlatform({ dataDir, port, logLevel: 'silent' }), { code: 'EP_LISTEN' });
    assert.equal(await findOwner(dataDir), null);
  });

  test('writing needs the publish token', async () => {
    const init = {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(publication),
    };
    const response = await get(`/v1/functions/${TAG}`, init);
    assert.equal(response.status, 401);
    assert.equal((await response.json()).error.code, 'EP_UNAUTHORIZED');
  });

  test('publish, fetch, report, fit, explain: one turn of the loop', async () => {
    await publishByHand(platform.url, platform.publishToken);
    const served = new Map<string, number>();
    for (let index = 0; index < 24; index++) {
      const manifest = await fetchByHand(platform.url, `device-${1000 + index}`);
      const ns = manifest.path[0] === 'simd' ? 400 : 1600;
      const batchId = BATCH.replace(/..$/, String(10 + index));
      const receipt = await reportByHand(platform.url, manifest, batchId, [ns, ns + 10, ns - 10, ns + 5]);
      assert.equal(receipt.status, 202, await receipt.clone().text());
      served.set(manifest.path[0]!, (served.get(manifest.path[0]!) ?? 0) + 1);
    }
    assert.equal(served.size, 2, 'both variants were tried');
    await platform.flush();
    await platform.refit();
    const explain = await get(`/v1/functions/${TAG}/explain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ device, deviceId: 'device-9999' }),
    });
    const { candidates, chosen } = await explain.json();
    assert.equal(candidates[0].path[0], 'simd');
    assert.equal(candidates[0].variant, chosen);
    assert.ok(candidates[0].predictedNs < candidates[1].predictedNs);
  });

  test('a forced variant is marked so', async () => {
    const scalar = publication.variants.find((variant) => variant.path[0] === 'scalar')!;
    const manifest = await fetchByHand(platform.url, 'device-0002', scalar.id);
    assert.deepEqual([manifest.variant, manifest.reason, manifest.cause], [scalar.id, 'forced', 'forced']);
  });

  test('the dashboard shows it, with data beside each page', async () => {
    const page = await get(`/functions/${TAG}`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /Serves/);
    const model = await (await get(`/functions/${TAG}.json`)).json();
    assert.equal(model.variants[0].path[0], 'simd');
    assert.ok(model.variants[0].measured.samples > 0);
    assert.ok(model.variants[0].predictedNs > 0);
    const home = await (await get('/index.json')).json();
    const { received, stored, rejected, duplicate, spooled, setAside } = home.ledger;
    assert.equal(received, stored + rejected + duplicate + spooled + setAside);
    assert.equal(stored, 24 * 8);
    for (const path of ['/', '/operators', '/operators/numpy.multiply', '/decisions', `/explain/${TAG}`]) {
      assert.equal((await get(path)).status, 200, path);
    }
  });

  test('the interface describes itself, completely and validly', async () => {
    const document = await (await get('/openapi.json')).json();
    assert.equal(document.openapi, '3.1.0');
    for (const path of [
      '/v1/artifacts/{sha256}',
      '/v1/functions',
      '/v1/functions/{user}/{name}',
      '/v1/functions/{user}/{name}/variants',
      '/v1/functions/{user}/{name}/fetch',
      '/v1/functions/{user}/{name}/explain',
      '/v1/functions/{user}/{name}/override',
      '/v1/keys',
      '/v1/decisions',
      '/v1/models',
      '/v1/models/refit',
      '/v1/telemetry',
      '/healthz',
      '/readyz',
    ]) {
      assert.ok(document.paths[path], path);
    }
    for (const [path, item] of Object.entries(
      document.paths as Record<string, Record<string, OperationObject>>,
    )) {
      for (const [method, operation] of Object.entries(item)) {
        const named = new Set(
          (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name),
        );
        for (const [, name] of path.matchAll(/\{(\w+)\}/g))
          assert.ok(named.has(name!), `${method} ${path}: ${name}`);
        assert.ok(Object.keys(operation.responses).length > 0);
        for (const response of Object.values(operation.responses))
          assert.ok(response.description, `${method} ${path}`);
      }
    }
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(document.components.schemas[name!], name);
    }
  });

  test('metrics are Prometheus text, and count requests and samples', async () => {
    const response = await get('/metrics');
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    for (const line of text.split('\n').filter((one) => one !== '')) {
      assert.match(line, /^(# (HELP|TYPE) .+|[a-z_:][a-z0-9_:]*(\{.*\})? [-+0-9.einfNa]+)$/);
    }
    assert.match(text, /everypath_http_requests_total\{method="PUT",room="v1\/functions",status="201"\} 1/);
    assert.match(text, /everypath_ingest_samples_received_total 192/);
    assert.match(text, /everypath_selector_functions 1/);
  });

  test('what is not there, not valid or too large gets an error body', async () => {
    const missing = await get('/v1/nowhere');
    assert.deepEqual([missing.status, (await missing.json()).error.code], [404, 'EP_NOT_FOUND']);
    const unknown = await get('/v1/functions/@no/where');
    assert.equal((await unknown.json()).error.code, 'EP_FUNCTION_NOT_FOUND');
    const invalid = await get(`/v1/functions/${TAG}/fetch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    assert.equal(invalid.status, 400);
    assert.ok((await invalid.json()).error.hint);
    const large = await get(`/v1/functions/${TAG}/fetch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filler: 'x'.repeat(17 * 2 ** 20) }),
    });
    assert.equal(large.status, 413);
    assert.ok((await large.json()).error.code);
  });

  test('a connection outlives a large request that was refused unread', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statusOf = (method: string, path: string, body?: Buffer): Promise<readonly [number, boolean]> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json' };
        const request = httpRequest(platform.url + path, { agent, method, headers }, (answer) => {
          answer.resume().on('end', () => resolve([answer.statusCode ?? 0, request.reusedSocket]));
        });
        request.on('error', reject).end(body);
      });
    for (const [method, path] of [
      ['PUT', `/v1/functions/${TAG}`],
      ['POST', '/v1/models/refit'],
    ] as const) {
      assert.equal((await statusOf(method, path, Buffer.alloc(600_000)))[0], 401, path);
      assert.deepEqual(await statusOf('GET', '/healthz'), [200, true], path);
    }
    agent.destroy();
  });

  test('a body that does not say how long it is is not read', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${platform.url}/v1/functions/${TAG}`, { method: 'PUT' }, (answer) => {
        resolve(answer.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      request.write('{');
    });
    assert.equal(status, 411);
  });

  test('a browser gets its client, and a page that is isolated', async () => {
    const page = await get('/browser');
    assert.equal(page.headers.get('cross-origin-opener-policy'), 'same-origin');
    assert.equal(page.headers.get('cross-origin-embedder-policy'), 'require-corp');
    const script = await get('/client.js');
    assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/);
    assert.match(await script.text(), /createClient/);
    const preflight = await get('/v1/telemetry', {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
    });
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  });

  test('nothing is lost over a restart', async () => {
    const before = await (await get(`/functions/${TAG}.json`)).json();
    const decisions = await (await get('/v1/decisions?limit=1000')).json();
    const token = platform.publishToken;
    await platform.close();
    await assert.rejects(get('/healthz'));
    platform = await start();
    assert.equal(platform.publishToken, token);
    const after = await (await get(`/functions/${TAG}.json`)).json();
    assert.deepEqual(after.variants, before.variants);
    assert.deepEqual(
      (await (await get('/v1/decisions?limit=1000')).json()).decisions.length,
      decisions.decisions.length,
    );
    const artifact = await get(`/v1/artifacts/${publication.variants[0]!.sha256}`);
    assert.equal((await artifact.arrayBuffer()).byteLength, publication.variants[0]!.sizeBytes);
  });
});

interface OperationObject {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
