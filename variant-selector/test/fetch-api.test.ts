// The fetch API beyond one answer: ETags, switches, crashes and explanations over HTTP, and what outlives a restart.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { SignedManifest } from '@everypath/schema';
import type { Explanation } from '../src/index.ts';
import { build, variantOf } from './published.ts';
import { device } from './simulated-fleet.ts';
import { AT, startService, TAG, type TestService } from './test-service.ts';

const NS = { scalar: 1000, avx2: 4000, heap: 900, sort: 300 };

describe('fetch API', () => {
  let service: TestService;
  const built = build(TAG);
  before(async () => {
    service = await startService();
    assert.equal((await service.publishAll(built)).status, 201);
    for (let round = 1; round < 12; round += 1) {
      await service.report(await service.fetchManifest({ deviceId: `device-${round % 3}` }), round, NS, 100);
      await service.selector.refit();
    }
  });
  after(() => service.stop());
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    service.selector.app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('answers 304 while a device would get the same, and signs anew in time', async () => {
    const ask = service.ask({ deviceId: 'etag-device', explore: false });
    const first = await post(`${AT}/fetch`, ask);
    const etag = first.headers.get('etag')!;
    assert.match(etag, /^".+"$/);
    assert.match(first.headers.get('cache-control') ?? '', /private, max-age=\d+/);
    const again = await post(`${AT}/fetch`, ask, { 'if-none-match': etag });
    assert.deepEqual([again.status, await again.text()], [304, '']);
    const other = await post(`${AT}/fetch`, { ...ask, deviceId: 'other-device' }, { 'if-none-match': etag });
    assert.equal(other.status, 200);
    service.clock.advance(6 * 3_600_000);
    const later = await post(`${AT}/fetch`, ask, { 'if-none-match': etag });
    assert.equal(later.status, 200);
    assert.ok(service.selector.stats().fetchesUnchanged >= 1);
    const bad = await post(`${AT}/fetch`, { deviceId: 'x' });
    assert.equal(bad.status, 400);
  });

  it('answers Node’s requests as it answers by route, and leaves it what is not a plain fetch', async () => {
    const { fetchListener } = service.selector;
    const server = createServer((incoming, outgoing) => {
      if (!fetchListener(incoming, outgoing)) outgoing.writeHead(421).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const direct = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
    try {
      const ask = service.ask({ deviceId: 'direct-device', explore: false });
      const byRoute = await post(`${AT}/fetch`, ask);
      const byNode = await direct(`${AT}/fetch`, JSON.stringify(ask));
      for (const name of ['etag', 'cache-control', 'content-type'])
        assert.equal(byNode.headers.get(name), byRoute.headers.get(name), name);
      const [one, other] = [
        (await byRoute.json()) as SignedManifest,
        (await byNode.json()) as SignedManifest,
      ];
      assert.deepEqual([other.manifest, other.signature], [one.manifest, one.signature]);
      const etag = byNode.headers.get('etag')!;
      const again = await direct(`${AT}/fetch`, JSON.stringify(ask), { 'if-none-match': etag });
      assert.deepEqual([again.status, await again.text()], [304, '']);
      // In pieces, and with letters of two bytes.
      const wide = { ...ask, device: { ...ask.device, os: 'ü'.repeat(30) } };
      const whole = new TextEncoder().encode(JSON.stringify(wide));
      const pieces = request({
        port,
        method: 'POST',
        path: `${AT}/fetch`,
        headers: { 'content-length': whole.length },
      });
      for (let at = 0; at < whole.length; at += 100) pieces.write(whole.subarray(at, at + 100));
      pieces.end();
      const [answer] = (await once(pieces, 'response')) as [IncomingMessage];
      assert.equal(answer.statusCode, 200);
      answer.resume();
      // One that hangs up halfway harms nobody, and a connection serves one request after another.
      const half = connect(port, '127.0.0.1');
      half.resume();
      half.end(`POST ${AT}/fetch HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"deviceId":`);
      await once(half, 'close');
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let turn = 0; turn < 3; turn += 1) {
        const one = request({ port, agent, method: 'POST', path: `${AT}/fetch` });
        one.end(JSON.stringify(ask));
        const [reply] = (await once(one, 'response')) as [IncomingMessage];
        const text = (await reply.setEncoding('utf8').toArray()).join('');
        assert.equal((JSON.parse(text) as SignedManifest).manifest, other.manifest);
      }
      agent.destroy();
      await service.refused(await direct(`${AT}/fetch`, '{'), 400, 'EP_INVALID_REQUEST');
      await service.refused(await direct(`${AT}/fetch`, ''), 400, 'EP_INVALID_REQUEST');
      const nowhere = '/v1/functions/@no/where/fetch';
      await service.refused(await direct(nowhere, JSON.stringify(ask)), 404, 'EP_FUNCTION_NOT_FOUND');
      for (const path of [`${AT}/explain`, `${AT}/fetch?x=1`, AT.replace('@', '%40').concat('/fetch')])
        assert.equal((await direct(path, JSON.stringify(ask))).status, 421, path);
      assert.equal((await direct(`${AT}/fetch`, 'x'.repeat(70_000))).status, 421);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('explains neighbours, rivals, roll-out and budget, by address too', async () => {
    const stranger = service.ask({ device: device({ model: 'ryzen 5950x' }) });
    const query = encodeURIComponent(JSON.stringify(stranger));
    const response = await service.call('GET', `${AT}/explain?request=${query}`);
    assert.equal(response.status, 200);
    const told = (await response.json()) as Explanation;
    assert.deepEqual(told.neighbours, ['linux-x86_64/x86-64-v3/zen3/ryzen-5800x']);
    assert.equal(told.correction.fromClass, 'linux-x86_64/x86-64-v3/zen3');
    assert.ok(told.correction.calls === 0);
    const rival = told.wouldChange[0]!;
    assert.ok(rival.chance > 0 && rival.chance < 1 && rival.differs.length > 0);
    assert.ok(rival.servedBelowNs! < rival.predictedNs!);
    assert.equal(told.budget.fetches, 0);
    const ranked = service.selector.bestPaths(TAG, {
      deviceClass: told.deviceClass,
      options: [
        ['scalar', 'avx2'],
        ['heap', 'sort'],
      ],
      count: 4,
    });
    assert.deepEqual(ranked[0]!.path, ['scalar', 'sort']);
    assert.equal(new Set(ranked.map((each) => each.path.join())).size, 4);
    assert.deepEqual(
      ranked,
      ranked.toSorted((a, b) => a.predictedNs - b.predictedNs),
    );
  });

  it('remembers over a restart what is in place and what was tried', async () => {
    const told = async (): Promise<Explanation> =>
      (await (await service.call('POST', `${AT}/explain`, service.ask())).json()) as Explanation;
    const first = await told();
    await service.selector.close();
    service.selector = await service.open();
    const second = await told();
    assert.equal(second.rollout.champion, first.rollout.champion);
    assert.ok(first.rollout.champion !== null);
    assert.deepEqual(second.budget, first.budget);
  });

  it('switches operator variants off and on again over HTTP', async () => {
    const sort = { kind: 'operator-variant', operator: 'everypath.topk', operatorVariant: 'sort' };
    await service.refused(await service.call('PUT', '/v1/kills', sort, null), 401, 'EP_UNAUTHORIZED');
    const odd = await service.call('PUT', '/v1/kills', { ...sort, note: 'a\0b' });
    assert.ok([400, 422].includes(odd.status), 'what Postgres cannot keep is refused, not tried');
    const { kills } = (await (await service.call('PUT', '/v1/kills', { ...sort, note: 'wrong' })).json()) as {
      kills: { id: string }[];
    };
    assert.equal((await service.fetchManifest({ explore: false })).path[1], 'heap');
    const forced = variantOf(built, 'linux-x86_64', 'scalar', 'sort').id;
    await service.refused(
      await service.call('POST', `${AT}/fetch`, service.ask({ variant: forced })),
      409,
      'EP_VARIANT_KILLED',
    );
    assert.equal((await service.call('DELETE', `/v1/kills?id=${kills[0]!.id}`)).status, 200);
    await service.refused(await service.call('DELETE', '/v1/kills?id=gone'), 404, 'EP_KILL_NOT_FOUND');
    await service.refused(await service.call('DELETE', '/v1/kills?id=a%00b'), 400, 'EP_INVALID_REQUEST');
    assert.equal((await service.fetchManifest({ explore: false })).path[1], 'sort');
  });

  it('withdraws what devices report to crash, by their tokens', async () => {
    const crash = async (deviceId: string, token?: string) => {
      const manifest = await service.fetchManifest({ deviceId, explore: false });
      const body = { token: token ?? manifest.telemetryToken, kind: 'crashed', device: device() };
      return { manifest, response: await post('/v1/crashes', body) };
    };
    await service.refused((await crash('c-device-0', 'x'.repeat(40))).response, 401, 'EP_TOKEN');
    const { manifest } = await crash('c-device-1');
    // Withdrawn from nobody yet, but not served again to the one that said so.
    const other = await service.fetchManifest({ deviceId: 'c-device-1', explore: false });
    assert.notEqual(other.variant, manifest.variant);
    assert.equal((await service.fetchManifest({ explore: false })).variant, manifest.variant);
    await crash('c-device-2');
    const last = await crash('c-device-3');
    assert.deepEqual([last.response.status, await last.response.json()], [202, { withdrawn: true }]);
    assert.notEqual((await service.fetchManifest({ explore: false })).variant, manifest.variant);
    const told = (await (await service.call('POST', `${AT}/explain`, service.ask())).json()) as Explanation;
    assert.deepEqual(told.rollout.withdrawn, [{ variant: manifest.variant, why: 'crashes' }]);
  });

  it('estimates what other policies would have done', async () => {
    await service.selector.flush();
    const { policies } = (await (await service.call('GET', `${AT}/off-policy`)).json()) as {
      policies: { policy: string; doublyRobust: { value: number } }[];
    };
    const value = (name: string) => policies.find((each) => each.policy === name)!.doublyRobust.value;
    assert.ok(value('fastest by the models') < value('random'));
  });
});
