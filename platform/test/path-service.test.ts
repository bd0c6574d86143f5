// A path that was not built, asked for over HTTP: named without being linked, linked on demand, then served like any
// other variant. Only a developer may ask for the link. Skipped where the toolchain is not installed.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type BuildResult, buildFunction, createFrontend } from '@everypath/compiler';
import { createApi } from '../src/cli/api.ts';
import { publish } from '../src/compile-and-publish.ts';
import type { LinkedAnswer, PathsAnswer } from '../src/server/path-routes.ts';
import { type Platform, startPlatform } from '../src/server.ts';
import type { OracleCase } from '../src/verify/oracle.ts';

const { missingFor } = (await import(new URL('../../scripts/requirements.mjs', import.meta.url).href)) as {
  readonly missingFor: (purpose: string) => readonly { readonly optional?: boolean }[];
};
const skip = missingFor('run').some((need) => !need.optional) && 'the toolchain is not installed';

const TAG = '@test/chain';
const SOURCE = `from everypath import compile


@compile(tag="${TAG}", description="A chain of dependent multiply-adds.")
def chain(x: float, y: float, n: int) -> float:
    result = x
    for _ in range(n):
        result = result * y + 1.0
    return result
`;
/** What CPython answers, plus an error for a test of programs that differ. */
const casesWith = (error: number): readonly OracleCase[] =>
  [0, 3, 1000].map((n, index) => {
    let result = 0.5;
    for (let step = 0; step < n; step++) result = result * 0.75 + 1;
    const float = (value: number) => ({ kind: 'float', value }) as const;
    return {
      index,
      arguments: [float(0.5), float(0.75), { kind: 'int', value: BigInt(n) }],
      types: [{ kind: 'float' }, { kind: 'float' }, { kind: 'int' }],
      expected: { kind: 'returned', value: float(result + error) },
      resultType: { kind: 'float' },
      changed: [],
    };
  });
const target = 'wasm32';
const device = { target, isaLevel: 'wasm-simd128', microarchitecture: 'test', model: '', runtime: 'node 24' };

describe('paths on demand', { skip }, () => {
  let folder: string;
  let platform: Platform;
  let built: BuildResult;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'everypath-paths-'));
    platform = await startPlatform({ dataDir: join(folder, 'data'), port: 0, logLevel: 'error' });
    const frontend = await createFrontend();
    const { module } = await frontend.compileSource({ source: SOURCE, file: 'chain.py' });
    await frontend.close();
    assert.ok(module);
    const cacheDir = join(folder, 'data', 'build');
    built = await buildFunction(module, { cacheDir, targets: [target], budget: 1 });
    await publish(createApi(platform.url, platform.publishToken), built, casesWith(0));
  });
  after(async () => {
    await platform.close();
    await rm(folder, { recursive: true, force: true });
  });

  const where = () => `${platform.url}/v1/functions/${TAG}`;
  const link = (body: unknown, token = platform.publishToken) =>
    fetch(`${where()}/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const pathsAt = async (at: bigint): Promise<PathsAnswer> => {
    const response = await fetch(`${where()}/paths?target=${target}&at=${at}`);
    assert.equal(response.status, 200);
    const { targets } = (await response.json()) as { targets: [PathsAnswer] };
    return targets[0];
  };
  /** The first path that the build left out. */
  const unbuilt = async () => {
    const ids = built.publication.variants.map(({ id }) => id);
    for (let number = 0n; ; number++) {
      const { at } = await pathsAt(number);
      assert.ok(at);
      if (!ids.includes(at.id)) return at;
    }
  };

  test('paths are counted and named, and what no path takes has its reason', async () => {
    const paths = await pathsAt(0n);
    assert.ok(BigInt(paths.paths) > BigInt(built.publication.variants.length));
    const [node] = paths.nodes;
    assert.equal(node?.operator, 'everypath.loop');
    assert.ok(node?.pruned.some(({ reason }) => /written for x86_64/.test(reason)));
    assert.equal((await pathsAt(10n ** 12n)).at, undefined);
  });

  test('a link needs the publish token, one way of saying which, and a path that exists', async () => {
    const { number } = await unbuilt();
    assert.equal((await link({ target, number }, 'guess')).status, 401);
    assert.equal((await link({ target })).status, 400);
    assert.equal((await link({ target, number, path: ['plain'] })).status, 400);
    const none = await link({ target, path: ['nonsense'] });
    assert.equal(none.status, 404);
    assert.equal(((await none.json()) as { error: { code: string } }).error.code, 'EP_PATH_NOT_FOUND');
  });

  test('a named path is linked once, then forced and served as any variant', async () => {
    const named = await unbuilt();
    const answers = await Promise.all(
      [{ number: named.number }, { path: named.path }].map(async (ask) => {
        const response = await link({ target, ...ask });
        assert.equal(response.status, 200);
        return (await response.json()) as LinkedAnswer;
      }),
    );
    for (const { variant } of answers) {
      assert.deepEqual([variant.id, variant.path, variant.proof.how], [named.id, named.path, 'executed']);
      assert.equal(variant.proof.cases, 3);
    }
    const again = (await (await link({ target, number: named.number })).json()) as LinkedAnswer;
    assert.equal(again.fresh, false);
    const fetched = await fetch(`${where()}/fetch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ device, deviceId: 'device-0001', variant: named.id }),
    });
    assert.equal(fetched.status, 200);
    const { manifest } = (await fetched.json()) as { manifest: string };
    const { artifact, sizeBytes } = JSON.parse(Buffer.from(manifest, 'base64').toString('utf8')) as {
      artifact: string;
      sizeBytes: number;
    };
    const bytes = await (await fetch(platform.url + artifact)).arrayBuffer();
    assert.equal(bytes.byteLength, sizeBytes);
    assert.ok(WebAssembly.validate(bytes));
  });

  test('the path predicted fastest on a device is one link away, built or not', async () => {
    const response = await link({ target, device });
    assert.equal(response.status, 200);
    const { variant } = (await response.json()) as LinkedAnswer;
    assert.equal(variant.target, target);
  });

  test('a path that differs from CPython is not published; without cases it is only inspected', async () => {
    const api = createApi(platform.url, platform.publishToken);
    await publish(api, built, casesWith(1));
    const { number, id } = await unbuilt();
    const refused = await link({ target, number });
    assert.equal(refused.status, 409);
    const { error } = (await refused.json()) as { error: { code: string; message: string } };
    assert.equal(error.code, 'EP_DISPROVED');
    const { variants } = (await (await fetch(`${where()}/variants?target=${target}`)).json()) as {
      variants: { id: string }[];
    };
    assert.ok(variants.every((variant) => variant.id !== id));

    await publish(api, built);
    const inspected = (await (await link({ target, number })).json()) as LinkedAnswer;
    assert.equal(inspected.variant.proof.how, 'inspected');
  });
});
