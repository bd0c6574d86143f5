// A client and the service: a program that does not load is reported, the device gets another one, and once enough
// devices say the same it is withdrawn. Programs are the clients' hand-written ones.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createClient } from '@everypath/client';
import type { Publication } from '@everypath/schema';
import { buildProgram } from '../../clients/conformance/build-programs.ts';
import { type Platform, startPlatform } from '../src/server.ts';

const TAG = '@test/fma';
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const features = { microarchitecture: 'test-1', model: 'Test' };

describe('crash reports', () => {
  let folder: string;
  let platform: Platform;
  let names: Record<string, string>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'everypath-crashes-'));
    platform = await startPlatform({ dataDir: join(folder, 'data'), port: 0, logLevel: 'error' });
    names = await publishTwo(platform);
  });
  after(async () => {
    await platform.close();
    await rm(folder, { recursive: true, force: true });
  });

  const clientOf = (device: number) =>
    createClient({
      baseUrl: platform.url,
      cacheDir: join(folder, `cache-${device}`),
      wasm: true,
      deviceId: `crash-device-${device}`,
      features,
      env: {},
    });

  test('a program that does not load goes from the device, then from its class', async () => {
    const reported: string[] = [];
    for (let device = 0; device < 8; device += 1) {
      const client = clientOf(device);
      const fma = await client.load(TAG);
      assert.deepEqual([names[fma.info.variant], (await fma([2, 3])).value], ['fma', 6]);
      // The second time the service knows, and sends the other one at once.
      const again = await client.load(TAG);
      assert.equal(names[again.info.variant], 'fma');
      await client.close();
      const metrics = await (await fetch(`${platform.url}/metrics`)).text();
      reported.push(/everypath_selector_crashes_total (\d+)/.exec(metrics)?.[1] ?? '');
    }
    const total = Number(reported.at(-1));
    // Three devices' word is enough; those after them are not served it, and have nothing to report.
    assert.ok(total >= 1 && total <= 3, `reports after each device: ${reported.join(', ')}`);
  });
});

/** Publishes the function with a program that works and one that no loader takes; says by variant which is which. */
async function publishTwo({ url, publishToken }: Platform): Promise<Record<string, string>> {
  const good = await readFile(buildProgram('fma', 'wasm32'));
  const start = good.indexOf('{"abi":1');
  const { signature, nodes } = JSON.parse(good.toString('utf8', start, good.indexOf(0, start))) as Pick<
    Publication,
    'signature' | 'nodes'
  >;
  const programs = { fma: good, rubbish: good.subarray(8) };
  const headers = { authorization: `Bearer ${publishToken}` };
  const names: Record<string, string> = {};
  const variants: Publication['variants'] = [];
  for (const [name, bytes] of Object.entries(programs)) {
    const sha256 = hashOf(bytes);
    const id = sha256.slice(0, 16);
    names[id] = name;
    const put = await fetch(`${url}/v1/artifacts/${sha256}`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
    });
    assert.equal(put.status, 201, await put.text());
    variants.push({
      id,
      target: 'wasm32',
      isaLevel: 'wasm-mvp',
      sha256,
      sizeBytes: bytes.length,
      path: [name],
      proof: { how: 'unproven', by: 'a test', cases: 0, worst: 0 },
    });
  }
  const publication: Publication = {
    tag: TAG,
    description: 'A multiply-add.',
    file: 'fma.py',
    source: '',
    signature,
    nodes,
    irText: '',
    irHash: '',
    toolchain: 'test',
    variants,
  };
  const put = await fetch(`${url}/v1/functions/${TAG}`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(publication),
  });
  assert.equal(put.status, 201, await put.text());
  return names;
}
