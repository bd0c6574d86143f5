// Tables out of published measurements, read from small checkouts of the same form.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readClickBench } from './clickbench.ts';
import { readKernelTuner } from './kernel-tuner.ts';
import { readNcnn } from './ncnn.ts';

const root = mkdtempSync(join(tmpdir(), 'everypath-tables-'));
after(() => rmSync(root, { recursive: true }));

const put = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};

describe('tables of published measurements', () => {
  it('takes the newest result of an engine on a machine, without its cold run', () => {
    for (const engine of ['a', 'b', 'c', 'd']) {
      put(`${engine}/results/20250101/m1.large.json`, JSON.stringify({ result: [[9, 9, 9]] }));
      put(`${engine}/results/20250201/m1.large.json`, JSON.stringify({ result: [[9, 0.5, null]] }));
    }
    put('a/results/20250101/m2.json', JSON.stringify({ result: [[1, 1, 1]] }));
    const rows = [...readClickBench(root)];
    assert.deepEqual(
      rows.map(({ variant }) => variant),
      ['a', 'b', 'c', 'd'],
    );
    assert.deepEqual(rows[0], {
      device: 'm1.large',
      features: { family: 'm1', size: 'large' },
      operator: 'query-1',
      variant: 'a',
      latencyUs: 500_000,
      meta: { run: 1 },
    });
  });
  it('reads settings and times from a text', () => {
    put(
      'benchmark/README.md',
      '### Acme One (Cortex-A76 2.4 GHz x 4)\nnum_threads = 4\npowersave = 0\ngpu_device = -1\n  net  min =  1.50  max =  9.00  avg =  2.00\n',
    );
    const rows = [...readNcnn(root)];
    assert.deepEqual(
      rows.map(({ latencyUs, variant }) => [latencyUs, variant]),
      [
        [1500, '4 threads, powersave 0'],
        [2000, '4 threads, powersave 0'],
      ],
    );
    assert.deepEqual(rows[0]?.features, { maker: 'Acme', core: 'Cortex-A76', ghz: 2.4 });
  });
  it('reads what a stopped tuner left, and passes over pointers and failures', () => {
    const text = '{"device_name": "Acme GPU", "cache": {"1,2": {"time": 3}, "4,5": {"time": "failed"},';
    put('cachefiles/gemm_milo/GPU.json.gz', gzipSync(text));
    put('cachefiles/gemm_milo/GPU_T4.json.gz', gzipSync('{}'));
    put('cachefiles/hotspot_milo/GPU.json.gz', 'version https://git-lfs.github.com/spec/v1');
    const rows = [...readKernelTuner(root)];
    assert.deepEqual(
      rows.map(({ operator, variant, latencyUs }) => [operator, variant, latencyUs]),
      [['gemm_milo', '1,2', 3000]],
    );
  });
});
