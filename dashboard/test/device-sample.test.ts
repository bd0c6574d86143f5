// How many devices a query of the dashboard reads: all of a small table, whole shards of a large one.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createDeviceSampler } from '../src/device-sample.ts';

/** A table whose shards have these many rows; it notes how many shards each question counts. */
function tableOf(sizes: readonly number[]) {
  const counted: unknown[] = [];
  const rows = async <Row>(query: string, parameters: Record<string, unknown>): Promise<Row[]> => {
    if (!query.includes('GROUP BY')) return [{ n: sizes.reduce((sum, size) => sum + size, 0) }] as Row[];
    counted.push(parameters.shards);
    return sizes
      .slice(0, Number(parameters.shards))
      .flatMap((n, shard) => (n > 0 ? [{ shard, n }] : [])) as Row[];
  };
  return { sampler: createDeviceSampler(rows, 'true'), counted };
}

const even = (size: number): number[] => Array.from({ length: 64 }, () => size);

describe('device sample', () => {
  test('reads every device of a small table, and counts as they are', async () => {
    const { sampler, counted } = tableOf(even(10));
    assert.deepEqual(await sampler.forGroups('true', {}), { shards: 64, stride: 1 });
    assert.deepEqual(await sampler.forScan(), { shards: 64, stride: 1, scale: 1 });
    assert.deepEqual(counted, [8]);
  });

  test('keeps groups within five thousand rows', async () => {
    assert.deepEqual(await tableOf(even(500)).sampler.forGroups('true', {}), { shards: 8, stride: 1 });
    assert.deepEqual(await tableOf(even(2_000)).sampler.forGroups('true', {}), { shards: 2, stride: 1 });
    assert.deepEqual(await tableOf(even(90_000)).sampler.forGroups('true', {}), { shards: 1, stride: 18 });
  });

  test('reads fewer shards where each holds little of a large table', async () => {
    assert.deepEqual(await tableOf(even(60)).sampler.forGroups('true', {}), { shards: 33, stride: 1 });
  });

  test('counts every shard where they are uneven', async () => {
    const { sampler, counted } = tableOf(even(0).map((_, shard) => (shard % 8 === 3 ? 500 : 0)));
    assert.deepEqual(await sampler.forGroups('true', {}), { shards: 64, stride: 1 });
    assert.deepEqual(counted, [8, 64]);
  });

  test('scans a million rows of a large table, and says by what counts are to be multiplied', async () => {
    assert.deepEqual(await tableOf(even(100_000)).sampler.forScan(), { shards: 10, stride: 1, scale: 6.4 });
  });
});
