// Reading samples out of ClickHouse, on the embedded engine: what counts, how it is condensed, and the row budget.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ClickHouseClient } from '@clickhouse/client';
import { WHOLE_CALL } from '@everypath/schema';
import { parseSamples, readSamples, readSampleText, type Samples } from '../src/model/sample-store.ts';
import { insertSamples, openClickHouse, type SampleRow } from './clickhouse.ts';

const CLASS = 'linux-x86_64/x86-64-v3/zen3/ryzen';
const QUERY = { maxAgeDays: 30, rowBudget: 10_000 };

const row = (part: Partial<SampleRow>): SampleRow => ({
  device_class: CLASS,
  operator: 'numpy.matmul',
  specialization: 's',
  operator_variant: 'avx2',
  features: [100],
  tag: '@test/f',
  variant: '0123456789abcdef',
  node: 0,
  device: '1',
  batch_id: '00000000-0000-4000-8000-000000000001',
  latency_ns: 1000,
  cause: 'auto',
  ...part,
});
const batch = (number: number): string => `00000000-0000-4000-8000-${number.toString().padStart(12, '0')}`;

describe('sample store', () => {
  let folder = '';
  let clickhouse: ClickHouseClient;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'everypath-samples-'));
    clickhouse = await openClickHouse(join(folder, 'clickhouse'));
  });
  after(async () => {
    await clickhouse.close();
    await rm(folder, { recursive: true, force: true });
  });
  const fill = async (rows: readonly SampleRow[]): Promise<void> => {
    await clickhouse.command({ query: 'TRUNCATE TABLE op_sample' });
    await insertSamples(clickhouse, rows);
  };

  it('is empty where nothing was measured', async () => {
    await fill([]);
    assert.deepEqual(await readSamples(clickhouse, QUERY), { observations: [], sizes: [] });
  });

  it('condenses each device to the median of its sessions, and takes only calls that nobody forced', async () => {
    await fill([
      ...[900, 1000, 5000].map((latency_ns) => row({ latency_ns })),
      ...[2000, 2000, 2000].map((latency_ns) => row({ latency_ns, batch_id: batch(2), cause: 'explore' })),
      ...[1, 1, 1].map((latency_ns) => row({ latency_ns, batch_id: batch(3), cause: 'forced' })),
      ...[1, 1, 1].map((latency_ns) => row({ latency_ns, batch_id: batch(4), cause: 'bench' })),
      row({ latency_ns: 7000, device: '18446744073709551615', batch_id: batch(5) }),
    ]);
    const { observations, sizes } = await readSamples(clickhouse, QUERY);
    assert.equal(observations.length, 2);
    const mine = observations.find((each) => each.device === '1')!;
    assert.ok(Math.abs(mine.logNs - (Math.log(1000) + Math.log(2000)) / 2) < 1e-9);
    assert.ok(Math.abs(mine.sessionVariance - Math.log(2) ** 2 / 2) < 1e-9);
    const { logNs: _, sessionVariance: __, moments, ...rest } = mine;
    // Its sessions are told apart, and numbers stay numbers.
    const seen = (moments ?? []).map(([, logNs, samples]) => [Math.round(Math.exp(logNs)), samples]).sort();
    assert.deepEqual(seen, [
      [1000, 3],
      [2000, 3],
    ]);
    assert.equal(new Set(moments?.map(([session]) => session)).size, 2);
    assert.deepEqual(rest, {
      deviceClass: CLASS,
      operator: 'numpy.matmul',
      specialization: 's',
      operatorVariant: 'avx2',
      features: [100],
      device: '1',
      samples: 6,
      sessions: 2,
    });
    // A 64-bit device keeps all its digits.
    assert.ok(observations.some((each) => each.device === '18446744073709551615' && each.samples === 1));
    assert.deepEqual(sizes.map((each) => [each.device, each.node, each.features, each.samples]).sort(), [
      ['1', 0, [100], 6],
      ['18446744073709551615', 0, [100], 1],
    ]);
  });

  it('lets no device, size or cell take more than its share of the budget', async () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      row({ device: String(index + 1), batch_id: batch(index) }),
    );
    const few = [row({ operator_variant: 'scalar', latency_ns: 4000 })];
    await fill([...many, ...few]);
    const { observations } = await readSamples(clickhouse, QUERY);
    assert.equal(observations.filter((each) => each.operatorVariant === 'avx2').length, 160);
    assert.equal(observations.filter((each) => each.operatorVariant === 'scalar').length, 1);
    assert.equal((await readSamples(clickhouse, { ...QUERY, rowBudget: 50 })).observations.length, 50);
    assert.deepEqual(await readSamples(clickhouse, QUERY), await readSamples(clickhouse, QUERY));
  });

  it('reads a share of a large class and the whole of a small one, at once and what came since', async () => {
    const [small, late] = ['macos-arm64/apple-m1', new Date(Date.now() + 60_000)];
    const many = Array.from({ length: 640 }, (_, index) =>
      row({ device: String(index), batch_id: batch(index), operator_variant: `v${index % 8}` }),
    );
    // In the last shard, and in the first.
    const few = ['63', '128'].map((device, index) =>
      row({ device_class: small, device, batch_id: batch(1_000 + index) }),
    );
    await fill([...many, ...few]);
    const budget = { ...QUERY, rowBudget: 82 };
    const classes = ({ observations }: Samples) =>
      Object.fromEntries(
        [...Map.groupBy(observations, (each) => each.deviceClass)].map(([name, own]) => [name, own.length]),
      );
    const all = await readSamples(clickhouse, budget);
    assert.equal(classes(all)[small], 2);
    assert.ok(classes(all)[CLASS]! <= 81);
    assert.ok(all.observations.every((each) => each.deviceClass === small || Number(each.device) % 64 < 16));
    const received_at = late.toISOString().replace('T', ' ').replace('Z', '');
    await insertSamples(clickhouse, [
      row({ device_class: small, device: '63', batch_id: batch(2_000), received_at }),
      // Of a shard that is not read.
      row({ device: '62', operator_variant: 'v1', batch_id: batch(2_001), received_at }),
    ]);
    const since = parseSamples(await readSampleText(clickhouse, budget, late.getTime() - 1_000));
    assert.deepEqual(classes(since), { [small]: 2 });
  });

  it('leaves out what is old', async () => {
    await fill([row({ received_at: '2001-01-01 00:00:00.000' }), row({ batch_id: batch(9) })]);
    const { observations } = await readSamples(clickhouse, QUERY);
    assert.deepEqual(
      observations.map((each) => each.samples),
      [1],
    );
  });

  it('tells latencies below one step of a coarse clock apart', async () => {
    // A clock of 100 µs shows an operator of 30 µs as 0 most of the time; one call in ten thousand is a hiccup.
    const seen = (operator_variant: string, shown: number, batch_id: string) =>
      Array.from({ length: 100 }, (_, index) =>
        row({
          operator_variant,
          batch_id,
          clock_ns: 100_000,
          latency_ns: index === 99 ? 90_000_000 : index < shown ? 100_000 : 0,
        }),
      );
    await fill([
      ...seen('fast', 10, batch(1)),
      ...seen('slow', 30, batch(2)),
      row({ operator_variant: 'nil', latency_ns: 0 }),
    ]);
    const { observations } = await readSamples(clickhouse, QUERY);
    const ns = (name: string) =>
      Math.round(Math.exp(observations.find((each) => each.operatorVariant === name)!.logNs));
    assert.deepEqual([ns('fast'), ns('slow'), ns('nil')], [14_000, 34_000, 1]);
  });

  it('gives whole calls as observations and not as sizes', async () => {
    await fill([
      row({
        operator: 'everypath.call',
        specialization: '@test/f',
        operator_variant: 'v',
        features: [],
        node: WHOLE_CALL,
      }),
    ]);
    const { observations, sizes } = await readSamples(clickhouse, QUERY);
    assert.equal(observations.length, 1);
    assert.deepEqual(sizes, []);
  });
});
