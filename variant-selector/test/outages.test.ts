// The service when a database goes away, when the process starts anew, and when another one publishes.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ClickHouseClient } from '@clickhouse/client';
import { build } from './published.ts';
import { AT, startService, TAG, type TestService, TOKEN } from './test-service.ts';

describe('outages', () => {
  let service: TestService;
  const built = build(TAG, 'clang-19', ['wasm32']);
  before(async () => {
    service = await startService();
    assert.equal((await service.publishAll(built)).status, 201);
    await service.report(await service.fetchManifest(), 1, {
      scalar: 1000,
      avx2: 4000,
      heap: 900,
      sort: 300,
    });
    await service.selector.refit();
  });
  after(() => service.stop());
  const call: TestService['call'] = (...given) => service.call(...given);
  const refused: TestService['refused'] = (...given) => service.refused(...given);
  const fetchManifest: TestService['fetchManifest'] = (...given) => service.fetchManifest(...given);

  it('serves what it knows after a restart, with ClickHouse away', async () => {
    const before = service.selector.stats();
    const known = await fetchManifest({ explore: false });
    await service.selector.close();
    const away = {
      query: () => Promise.reject(new Error('connection refused')),
    } as unknown as ClickHouseClient;
    service.selector = await service.open({ clickhouse: away });
    const manifest = await fetchManifest({ explore: false });
    assert.deepEqual([manifest.path, manifest.reason], [known.path, 'predicted']);
    assert.equal(manifest.predictedNs, known.predictedNs);
    assert.equal(service.selector.stats().generation, before.generation);
    await refused(await call('POST', '/v1/models/refit'), 503, 'EP_MODELS_UNAVAILABLE');
    assert.deepEqual((await fetchManifest({ explore: false })).path, known.path);
    const all = await service.selector.decisions({ limit: 1000 });
    assert.ok(all.length >= before.decisionsStored + 1);
    await service.selector.close();
    service.selector = await service.open();
  });

  it('goes on serving with Postgres away, and loses no decision', async () => {
    let down = false;
    const failing = service.database.withPlugin({
      transformQuery: ({ node }) => {
        if (down) throw new Error('Postgres is away');
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const main = service.selector;
    service.selector = await service.open({ database: failing });
    const stored = (await service.selector.decisions({ limit: 1000 })).length;
    down = true;
    service.clock.advance(5_000);
    for (let index = 0; index < 20; index += 1) await fetchManifest({ deviceId: `device-${index}` });
    assert.equal(await service.selector.flush(), false);
    assert.equal(service.selector.stats().decisionsWaiting, 20);
    assert.equal(service.selector.stats().registryAway, true);
    await refused(await call('PUT', AT, built.publication), 503, 'EP_REGISTRY_UNAVAILABLE');
    await refused(await call('GET', '/v1/decisions'), 503, 'EP_REGISTRY_UNAVAILABLE');
    down = false;
    await service.selector.close();
    assert.equal((await service.selector.decisions({ limit: 1000 })).length, stored + 20);
    service.selector = main;
  });

  it('refits by itself, and sees what another process published', async () => {
    const other = await service.open();
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
    const { refits, functions } = service.selector.stats();
    service.clock.advance(60_000);
    // The background fit runs on; asking for one waits behind it.
    await service.selector.refit();
    assert.equal(service.selector.stats().refits, refits + 2);
    while (service.selector.stats().functions === functions) await new Promise(setImmediate);
    assert.equal((await fetchManifest({}, '/v1/functions/@test/elsewhere')).tag, '@test/elsewhere');
  });
});
