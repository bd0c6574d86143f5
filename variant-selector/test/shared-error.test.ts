// What a device's problems say of each other: how far their errors agree is found again, and heeded as closed forms have it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  expectAmong,
  type Fellow,
  learnSharedError,
  mostTelling,
  type SharedError,
} from '../src/model/prior/shared-error.ts';
import { sizeViews } from '../src/model/prior/similarity.ts';
import { keyedRandom, normal } from '../src/random.ts';

const close = (actual: number, expected: number, within: number): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

const views = sizeViews([{ n: 1 }, { n: 2 }, { n: 1024 }]);
const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
const noShares = views.map(() => 0);

describe('what errors have in common', () => {
  const NAMES = [0, 1, 2, 3, 4, 5];
  /** Errors on 40 devices, of which this much variance is a device's, and this much an operator's on a device. */
  const seen = (ofDevice: number, ofOperator: number) => {
    const random = keyedRandom('errors');
    const draw = (variance: number) => NAMES.map(() => Math.sqrt(variance) * normal(random));
    return Array.from({ length: 40 }, (_, device) => {
      const shared = draw(ofDevice);
      return [0, 1].flatMap((operator) => {
        const own = draw(ofOperator);
        return [0, 1, 2].map((size) => {
          const rest = draw(1 - ofDevice - ofOperator);
          const errors = Float64Array.from(NAMES, (v) => shared[v]! + own[v]! + rest[v]!);
          return { device, operator, size, names: NAMES, errors };
        });
      });
    }).flat();
  };
  it('is told apart by whether operators share it', () => {
    const device = learnSharedError(seen(0.6, 0), views);
    close(device.device, 0.6, 0.1);
    close(sum(device.sizes), 0, 0.1);
    const operator = learnSharedError(seen(0, 0.6), views);
    close(operator.device, 0, 0.1);
    close(sum(operator.sizes), 0.6, 0.15);
  });
  it('is nothing where errors have nothing in common, and where there is no pair to tell', () => {
    const none = learnSharedError(seen(0, 0), views);
    close(none.device + sum(none.sizes), 0, 0.1);
    assert.deepEqual(learnSharedError([], views), { device: 0, sizes: noShares, views });
  });
});

describe('a problem among others of its device', () => {
  const fellow = (
    operator: number,
    size: number,
    names: readonly number[],
    found: readonly (number | null)[],
  ): Fellow => ({
    operator,
    size,
    names,
    prior: {
      mean: new Float64Array(names.length),
      variance: new Float64Array(names.length).fill(0.04),
      correlation: null,
    },
    located: () => found.map((mean) => (mean === null ? null : { mean, variance: 1e-9 })),
  });
  const shared: SharedError = { device: 0.5, sizes: noShares, views };
  const nothing = [null, null];
  it('takes its share of what another found, and is surer for it', () => {
    const problem = fellow(0, 0, [7, 8], nothing);
    const expected = expectAmong(shared, problem, [fellow(1, 2, [8, 7], [3.4, 3])])!;
    // Found: 8 slower than 7 by 0.4, at a level that says nothing. Half of it is expected here, but for the chance of one
    // in ten that this problem is unlike the others.
    close(expected.mean[1]! - expected.mean[0]!, 0.9 * 0.2, 1e-3);
    const { covariance } = expected;
    const heeded = 0.9 * 0.08 * (1 - 0.5 ** 2) + 0.1 * 0.08;
    const apart = 0.1 * 0.9 * 0.2 ** 2;
    close(covariance(0, 0) + covariance(1, 1) - 2 * covariance(0, 1), heeded + apart, 1e-3);
  });
  it('learns nothing from one variant alone, nor from variants of other names', () => {
    const problem = fellow(0, 0, [7, 8], nothing);
    assert.equal(expectAmong(shared, problem, [fellow(1, 0, [7, 8], [3, null])]), null);
    const expected = expectAmong(shared, problem, [fellow(1, 0, [1, 2], [3, 4])])!;
    assert.deepEqual([...expected.mean], [0, 0]);
  });
  it('hears those first that are nearest in size', () => {
    const problem = fellow(0, 0, [7, 8], nothing);
    const far = fellow(0, 2, [7, 8], nothing);
    const near = fellow(0, 1, [7, 8], nothing);
    const stranger = fellow(1, 0, [7, 8], nothing);
    const bySize = { device: 0.1, sizes: views.map(({ kind }) => (kind === 'near' ? 0.3 : 0)), views };
    assert.deepEqual(mostTelling(bySize, problem, [problem, stranger, far, near], 2), [near, far]);
  });
});
