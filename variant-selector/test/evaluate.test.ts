// The offline evaluation on a small table whose truth is known: devices of two kinds, each with a favourite variant.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { gatherCells } from '../src/evaluate/cells.ts';
import { noiseOf, studentQuantile } from '../src/evaluate/noise.ts';
import { plotEvaluation } from '../src/evaluate/plot.ts';
import { evaluateTable } from '../src/evaluate/run.ts';
import { splitByTime } from '../src/evaluate/split.ts';
import { collectTable, parseFeatures, readTable, readTime } from '../src/evaluate/table.ts';
import { keyedRandom, normal } from '../src/random.ts';

const HEADER = 'dataset,device,device_features,operator,variant,size_features,latency_us,meta'.split(',');

/** Eight devices of two kinds: `wide` suits one kind, `narrow` the other, `plain` neither, `odd` suits small sizes. */
function world(part: { readonly devices?: number; readonly features?: boolean } = {}): readonly string[][] {
  const random = keyedRandom('world');
  const rows: string[][] = [];
  for (let device = 0; device < (part.devices ?? 8); device += 1) {
    const kind = device % 2;
    const speed = Math.exp(normal(random));
    for (const operator of ['add', 'mul']) {
      for (const size of [16, 256, 4096]) {
        const relative = {
          plain: 2,
          wide: kind === 0 ? 1 : 1.6,
          narrow: kind === 0 ? 1.5 : 1.1,
          odd: size === 16 ? 0.9 : 3,
        };
        for (const [variant, factor] of Object.entries(relative)) {
          const latency = speed * size * factor * Math.exp(0.02 * normal(random));
          const features =
            part.features === false ? '' : JSON.stringify({ kind: `k${kind}`, cores: 4 + kind });
          rows.push([
            'toy',
            `d${device}`,
            features,
            operator,
            variant,
            JSON.stringify({ n: size }),
            String(latency),
            `{"v":"1.${device}"}`,
          ]);
        }
      }
    }
  }
  return rows;
}

const tableOf = (rows: readonly string[][]) => collectTable([HEADER, ...rows]);
const OPTIONS = { probes: [0, 5, 20], threads: 0, repeats: 1 } as const;

describe('the table', () => {
  it('is read gzipped, and counts the rows that it cannot use', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'everypath-table-'));
    const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;
    const bad = [
      ['toy', 'd0', '', 'add', 'wide', '{}', '0', ''],
      ['toy', 'd0', '', 'add', 'wide', '{}', 'nan', ''],
      ['toy', 'd0', '', 'add', 'wide', '{}', '', ''],
      ['toy', 'd0', '', 'add', '', '{}', '5', ''],
    ];
    const text = [HEADER, ...world({ devices: 2 }), ...bad].map((row) => row.map(quote).join(',')).join('\n');
    const file = join(folder, 'toy.csv.gz');
    await writeFile(file, gzipSync(`\ufeff${text}\n`));
    const table = await readTable(file);
    await rm(folder, { recursive: true });
    assert.equal(table.logUs.length, 48);
    assert.equal(table.dropped, 4);
    assert.deepEqual(table.sizes[1], { n: 256 });
  });
  it('says which column is missing', async () => {
    await assert.rejects(collectTable([['device', 'operator', 'variant']]), /no column 'latency_us'/);
  });
  it('reads moments and nested features', () => {
    assert.ok(readTime('0.9.65') > readTime('0.9.7'));
    assert.ok(readTime('2026-03-01') > readTime('2025-12-31'));
    assert.ok(Number.isNaN(readTime('tuned')));
    assert.deepEqual(parseFeatures('{"a":{"b":2},"c":true,"d":[1],"e":null}'), { 'a.b': 2, c: 1, 'd.0': 1 });
    assert.deepEqual(parseFeatures('no json'), {});
  });
  it('takes the median of repeats for the truth and keeps what they differ by', async () => {
    const row = (latency: number): string[] => ['t', 'd', '', 'o', 'v', '{}', String(latency), ''];
    const cells = gatherCells(await tableOf([row(1), row(Math.E), row(Math.E ** 2)]));
    assert.deepEqual([...cells.truth], [1]);
    assert.deepEqual(
      [...cells.residuals].map((value) => value.toFixed(3)),
      ['-1.225', '0.000', '1.225'],
    );
  });
});

describe('the noise', () => {
  it('has the quantiles of its distribution', () => {
    assert.ok(Math.abs(studentQuantile(0.975) - 3.182) < 1e-3);
    assert.equal(noiseOf(new Float64Array()).kind, 'student');
    assert.equal(noiseOf(new Float64Array(1000).fill(1)).at(0.3), 1);
  });
});

describe('the evaluation', () => {
  it('shows the product ahead of the single best variant and of the nearest device, and says how it counts', async () => {
    const report = await evaluateTable(await tableOf(world()), OPTIONS);
    const of = (policy: string, probes: number) =>
      report.results.find((result) => result.policy === policy && result.probes === probes)!;
    for (const probes of OPTIONS.probes) {
      assert.ok(of('default', probes).gmRegret <= of('sbs', probes).gmRegret);
      assert.ok(of('default', probes).gmRegret >= 1);
    }
    assert.ok(of('default', 0).gmRegret < 1.03, `${of('default', 0).gmRegret}`);
    assert.ok(of('sbs', 0).gmRegret > 1.05);
    assert.ok(of('random', 20).gmRegret > 1.3);
    assert.ok(of('default', 20).explorationCost < of('uniform', 20).explorationCost);
    assert.equal(of('sbs', 5).gapClosed, 0);
    const { gmRegret, intervals } = of('default', 5);
    assert.ok(intervals.gmRegret[0] <= gmRegret && gmRegret <= intervals.gmRegret[1]);
    assert.equal(report.data.problems, 48);
    assert.equal(report.protocol.folds, 8);
    assert.match(report.protocol.probe, /the device’s other problems/);
    assert.match(plotEvaluation(report), /^<svg[\s\S]*Calibration[\s\S]*<\/svg>\n$/);
  });
  it('is determined by its seed, on any number of threads', async () => {
    const table = await tableOf(world({ devices: 3 }));
    const options = { ...OPTIONS, policies: ['default', 'thompson'] };
    const alone = await evaluateTable(table, options);
    const together = await evaluateTable(table, { ...options, threads: 2 });
    assert.deepEqual(together.results, alone.results);
    assert.notDeepEqual((await evaluateTable(table, { ...options, seed: '2' })).results, alone.results);
  });
  it('copes with devices that nothing is known of, and with variants that only one device has', async () => {
    const rows = world({ devices: 5, features: false });
    const lonely = rows.slice(0, 4).map((row) => row.with(4, 'lonely').with(6, '1e9'));
    const report = await evaluateTable(await tableOf([...rows, ...lonely]), {
      ...OPTIONS,
      policies: ['default', 'random'],
    });
    for (const result of report.results) assert.ok(Number.isFinite(result.gmRegret), JSON.stringify(result));
  });
  it('copes with a single device', async () => {
    const report = await evaluateTable(await tableOf(world({ devices: 1 })), OPTIONS);
    const regrets = report.results
      .filter((result) => result.policy === 'default')
      .map((result) => result.gmRegret);
    assert.ok(regrets.at(-1)! < regrets[0]!, `${regrets}`);
  });
  it('says so when there is nothing to choose', async () => {
    const rows = world({ devices: 2 }).filter((row) => row[4] === 'plain');
    await assert.rejects(evaluateTable(await tableOf(rows), OPTIONS), /nothing to choose/);
  });
  it('holds out the later half by time', async () => {
    const split = splitByTime(await tableOf(world()));
    assert.equal(new Set(split.test.device).size, 4);
    assert.equal(split.folds, 1);
  });
  it('says so when no row says when it was measured', async () => {
    const table = await tableOf(world());
    const timeless = { ...table, time: table.time.map(() => Number.NaN) };
    assert.throws(() => splitByTime(timeless), /no row says when/);
  });
});
