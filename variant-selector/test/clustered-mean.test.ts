// How far a mean over clusters may be off: by what the clusters disagree, not by how many values they hold.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clusteredMean } from '../src/evaluate/clustered-mean.ts';

const valuesOf = (clusters: readonly number[], each: number) =>
  clusters.flatMap((value, cluster) => Array.from({ length: each }, () => ({ cluster, value })));

describe('a mean over clusters', () => {
  it('is no surer for more values of the same clusters', () => {
    const few = clusteredMean(valuesOf([1, 2, 3, 4], 1));
    const many = clusteredMean(valuesOf([1, 2, 3, 4], 50));
    assert.equal(few.mean, 2.5);
    assert.ok(Math.abs(few.error - many.error) < 1e-12);
    // The standard deviation of 1 to 4 over the root of 4.
    assert.ok(Math.abs(few.error - Math.sqrt(5 / 3 / 4)) < 1e-12);
  });
  it('is of unknown error by one cluster', () => {
    assert.ok(Number.isNaN(clusteredMean(valuesOf([1], 9)).error));
  });
});
