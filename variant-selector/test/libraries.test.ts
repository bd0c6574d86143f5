// What calls an installed library goes to the devices that have it and to no others, of the same model too: learned,
// pinned, forced and explained.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Variant } from '@everypath/schema';
import type { Explanation } from '../src/index.ts';
import { build, sha256, variantOf } from './published.ts';
import { device, SimulatedFleet, type Truth } from './simulated-fleet.ts';
import { AT, startService, TAG, type TestService } from './test-service.ts';

const having = device({ libraries: ['openblas', 'something-else'] });
const lacking = device();

describe('libraries in the policy', () => {
  const truth: Truth = [
    { tiled: { ns: 9000 }, packed: { ns: 8000 }, openblas: { ns: 1000, library: 'openblas' } },
    { heap: { ns: 900 }, sort: { ns: 500 } },
  ];

  it('learns to serve the library where it is, and never serves it where it is not', () => {
    const fleet = new SimulatedFleet({ seed: 'libraries', truth });
    for (let round = 0; round < 40; round++) {
      for (const [features, id] of [
        [having, `with-${round % 3}`],
        [lacking, `without-${round % 3}`],
      ] as const) {
        const answer = fleet.fetch(features, id);
        if (features === lacking) assert.notEqual(answer.variant.path[0], 'openblas');
        fleet.run(features, id, answer);
      }
      fleet.fit();
    }
    assert.deepEqual(fleet.served(having).path, ['openblas', 'sort']);
    assert.deepEqual(fleet.served(lacking).path, ['packed', 'sort']);
  });

  it('serves what is part of a system without asking', () => {
    const apple: Truth = [{ accelerate: { ns: 100, library: 'accelerate' } }];
    const fleet = new SimulatedFleet({ seed: 'system', truth: apple });
    assert.deepEqual(fleet.fetch(lacking, 'device-1').variant.libraries, ['accelerate']);
  });
});

describe('libraries over HTTP', () => {
  let service: TestService;
  const built = build(TAG);
  const sorted = variantOf(built, 'linux-x86_64', 'avx2', 'sort');
  const bytes = new TextEncoder().encode('calls OpenBLAS');
  const calling: Variant = {
    ...sorted,
    id: sha256(bytes).slice(0, 16),
    path: ['openblas', 'sort'],
    isaLevel: 'x86-64',
    sha256: sha256(bytes),
    sizeBytes: bytes.length,
    libraries: ['openblas'],
  };
  before(async () => {
    service = await startService();
    const { publication, artifacts } = built;
    const response = await service.publishAll({
      publication: { ...publication, variants: [...publication.variants, calling] },
      artifacts: new Map([...artifacts, [calling.sha256, bytes]]),
    });
    assert.equal(response.status, 201);
  });
  after(() => service.stop());

  it('keeps what a variant calls in the registry', () => {
    const variants = service.selector.function(TAG)?.variants ?? [];
    assert.deepEqual(
      variants.filter(({ libraries }) => libraries).map(({ id, libraries }) => [id, libraries]),
      [[calling.id, ['openblas']]],
    );
  });

  it('forces it on a device that has the library, and refuses on one that has not', async () => {
    const forced = await service.fetchManifest({ device: having, variant: calling.id });
    assert.deepEqual([forced.variant, forced.reason], [calling.id, 'forced']);
    const refusal = await service.call('POST', `${AT}/fetch`, service.ask({ variant: calling.id }), null);
    const { message } = await service.refused(refusal, 422, 'EP_VARIANT_DOES_NOT_RUN');
    assert.match(message, /needs OpenBLAS, which the device does not have/);
  });

  it('serves a pin of it to those that have the library, and something else to the others', async () => {
    const pin = { variant: calling.id, scope: '', note: '' };
    assert.ok((await service.call('PUT', `${AT}/override`, pin)).ok);
    assert.equal((await service.fetchManifest({ device: having })).variant, calling.id);
    assert.notEqual((await service.fetchManifest({ device: lacking })).variant, calling.id);
    assert.ok((await service.call('DELETE', `${AT}/override`)).ok);
  });

  it('explains why a device without the library does not get it', async () => {
    const explained = async (features: typeof having): Promise<Explanation> =>
      (await (
        await service.call('POST', `${AT}/explain`, service.ask({ device: features }))
      ).json()) as Explanation;
    const [own, other] = [await explained(having), await explained(lacking)];
    assert.ok(own.candidates.some(({ variant }) => variant === calling.id));
    assert.ok(own.deviceClass.endsWith('/ryzen-5800x+openblas'), own.deviceClass);
    assert.ok(!other.candidates.some(({ variant }) => variant === calling.id));
    assert.deepEqual(other.excluded, [
      { variant: calling.id, why: 'needs OpenBLAS, which the device does not have' },
    ]);
  });
});
