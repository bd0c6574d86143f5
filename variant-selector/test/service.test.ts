// The service over its routes, on real stores: publish, fetch, run, report, refit, fetch again, explain, pin.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Explanation } from '../src/index.ts';
import { build, sha256, variantOf } from './published.ts';
import { device } from './simulated-fleet.ts';
import { AT, startService, TAG, type TestService } from './test-service.ts';

describe('service', () => {
  let service: TestService;
  const built = build(TAG, 'clang-19', ['wasm32']);
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());
  const call: TestService['call'] = (...given) => service.call(...given);
  const refused: TestService['refused'] = (...given) => service.refused(...given);
  const ask: TestService['ask'] = (...given) => service.ask(...given);
  const publishAll: TestService['publishAll'] = (...given) => service.publishAll(...given);
  const fetchManifest: TestService['fetchManifest'] = (...given) => service.fetchManifest(...given);
  const report: TestService['report'] = (...given) => service.report(...given);

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
    await writeFile(join(service.folder, 'artifacts', hash.slice(0, 2), hash), 'damaged');
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
    const before = service.flushed;
    const refit = (await (await call('POST', '/v1/models/refit')).json()) as {
      changed: boolean;
      generation: number;
    };
    assert.equal(service.flushed, before + 1);
    assert.deepEqual([refit.changed, refit.generation], [true, 1]);
    assert.equal((await service.selector.refit()).changed, false);
    for (let round = 2; round < 14; round += 1) {
      await report(await fetchManifest(), round, ns);
      await service.selector.refit();
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

  it('describes itself', () => {
    const document = service.selector.app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'selector', version: '1' },
    });
    const paths = Object.keys(document.paths ?? {}).sort();
    assert.deepEqual(paths, [
      '/v1/artifacts/{sha256}',
      '/v1/crashes',
      '/v1/decisions',
      '/v1/functions',
      '/v1/functions/{user}/{name}',
      '/v1/functions/{user}/{name}/explain',
      '/v1/functions/{user}/{name}/fetch',
      '/v1/functions/{user}/{name}/off-policy',
      '/v1/functions/{user}/{name}/override',
      '/v1/functions/{user}/{name}/variants',
      '/v1/functions/{user}/{name}/variants/{id}',
      '/v1/keys',
      '/v1/kills',
      '/v1/models',
      '/v1/models/refit',
    ]);
  });
});
