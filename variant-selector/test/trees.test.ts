// Trees over features: do they find what decides, and foresee a device that they were grown without?

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { takeLevelsOut } from '../src/model/prior/contrasts.ts';
import { columnsFor, growForest } from '../src/model/prior/trees.ts';
import { keyedRandom } from '../src/random.ts';

/** Devices of odd and even `year`; variant 1 is faster by one where the year is late, slower where it is early. */
function world(devices: number) {
  const features = Array.from({ length: devices }, (_, device) => ({
    year: 2000 + device,
    maker: device % 2 === 0 ? 'a' : 'b',
  }));
  const sizes = Array.from({ length: 4 }, (_, size) => ({ n: 2 ** size }));
  const rows = features.flatMap((_, device) => sizes.map((__, size) => ({ device, size })));
  const measured = {
    device: Int32Array.from(rows, (row) => row.device),
    size: Int32Array.from(rows, (row) => row.size),
    start: Int32Array.from({ length: rows.length + 1 }, (_, row) => 2 * row),
    variant: Int32Array.from({ length: 2 * rows.length }, (_, cell) => cell % 2),
    variants: 2,
    value: Float64Array.from(rows.flatMap(({ device }) => [5, device < devices / 2 ? 6 : 4])),
  };
  return { contrasts: takeLevelsOut(measured), devices: columnsFor(features), sizes: columnsFor(sizes) };
}

describe('trees over features', () => {
  const { contrasts, devices, sizes } = world(16);
  const forest = growForest(contrasts, devices, sizes, keyedRandom('trees'));
  const lead = (device: number, unseen: boolean): number => {
    const mean = forest.expect(device, 0, [0, 1], unseen);
    return mean[1]! - mean[0]!;
  };
  it('find the feature that decides', () => {
    assert.ok(lead(1, false) > 0.7);
    assert.ok(lead(14, false) < -0.7);
  });
  it('foresee a device that they were grown without', () => {
    assert.ok(lead(2, true) > 0.5);
    assert.ok(lead(13, true) < -0.5);
  });
  it('say nothing of a variant that nobody measured', () => {
    assert.ok(Number.isNaN(forest.expect(0, 0, [-1])[0]));
  });
  it('are determined by their stream', () => {
    const again = growForest(contrasts, devices, sizes, keyedRandom('trees'));
    assert.deepEqual(again.expect(3, 1, [0, 1]), forest.expect(3, 1, [0, 1]));
  });
});
