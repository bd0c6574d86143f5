// The parts of the prior and of beliefs, against closed forms.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { believe, differenceVariance, fastest } from '../src/model/belief.ts';
import { correctionAt } from '../src/model/between-sizes.ts';
import { takeLevelsOut } from '../src/model/prior/contrasts.ts';
import { krige } from '../src/model/prior/kriging.ts';
import { nonnegative } from '../src/model/prior/nonnegative.ts';
import { deviceViews, sizeViews } from '../src/model/prior/similarity.ts';
import { compileCovariance, openSurface } from '../src/model/prior/surface.ts';
import { DEFAULT_PROBING, expectedGain, nextProbe, normalShare } from '../src/policy/probe.ts';

const close = (actual: number, expected: number, within = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

describe('a belief', () => {
  const prior = { mean: Float64Array.of(0, 0.5), variance: Float64Array.of(0.04, 0.09), correlation: null };
  it('says nothing new of differences after one measurement: the level is unknown', () => {
    const belief = believe(prior, [[7], []], 0.01);
    close(belief.mean[1]! - belief.mean[0]!, 0.5);
    close(differenceVariance(belief, 0, 1), 0.13);
  });
  it('is the Gaussian update of the difference after one measurement each', () => {
    const belief = believe(prior, [[7], [7]], 0.01);
    close(belief.mean[1]! - belief.mean[0]!, (0.5 * 0.02) / (0.13 + 0.02));
    // Three degrees of freedom, and a difference that lies further off than was foreseen: doubted by that much more.
    const doubt = (3 + 0.5 ** 2 / 0.15) / 4;
    close(differenceVariance(belief, 0, 1), (doubt * 0.13 * 0.02) / 0.15);
  });
  it('lets a measurement speak for relatives', () => {
    const three = {
      mean: new Float64Array(3),
      variance: new Float64Array(3).fill(1),
      correlation: Float64Array.of(1, 0, 0, 0, 1, 0.9, 0, 0.9, 1),
    };
    const belief = believe(three, [[0], [-1], []], 0.01);
    assert.ok(belief.mean[2]! < belief.mean[0]! - 0.5);
  });
  it('does not follow one outlier among repeats', () => {
    const belief = believe(
      prior,
      [
        [7, 7, 7, 10, 7],
        [7.2, 7.2, 7.2],
      ],
      0.01,
    );
    assert.equal(fastest(belief.mean), 0);
  });
});

describe('the next probe', () => {
  const belief = (gap: number, sd: number) =>
    believe(
      { mean: Float64Array.of(0, gap), variance: Float64Array.of(sd ** 2, sd ** 2), correlation: null },
      [[0], []],
      0.01,
    );
  const options = DEFAULT_PROBING;
  it('tries what may well be faster and leaves what is surely slower', () => {
    assert.equal(nextProbe(belief(0.05, 0.3), 0.01, options).variant, 1);
    assert.equal(nextProbe(belief(0.5, 0.02), 0.01, options).variant, 0);
  });
  it('knows the normal distribution', () => {
    close(normalShare(1.96), 0.975, 1e-4);
    close(expectedGain(0, 1), 1 / Math.sqrt(2 * Math.PI), 1e-6);
  });
});

describe('non-negative least squares', () => {
  it('leaves out what would need a negative weight', () => {
    close(nonnegative(Float64Array.of(2, 1, 1, 2), Float64Array.of(1, -3))[0]!, 0.5, 1e-6);
    assert.equal(nonnegative(Float64Array.of(2, 1, 1, 2), Float64Array.of(1, -3))[1], 0);
  });
});

describe('kriging', () => {
  const devices = deviceViews(['a', 'b', 'c'], [{ x: 1 }, { x: 1 }, { x: 50 }]);
  const sizes = sizeViews([{ n: 1 }]);
  /** Two variants on devices 0 and 2: opposite contrasts. */
  const measured = {
    device: Int32Array.of(0, 2),
    size: Int32Array.of(0, 0),
    start: Int32Array.of(0, 2, 4),
    variant: Int32Array.of(0, 1, 0, 1),
    variants: 2,
    value: Float64Array.of(1, 2, 12, 11),
  };
  const weights = (view: string): Float64Array =>
    Float64Array.from(devices, ({ name }) => (name === view ? 1 : 0));
  const predict = (view: string) => {
    const compiled = compileCovariance({ devices, sizes, weights: weights(view), nugget: 0.01 }, 3);
    return krige(openSurface(takeLevelsOut(measured), compiled), 1, 0, [0, 1]).mean;
  };
  it('follows the alike device where likeness counts', () => {
    const mean = predict('features within 0.1');
    close(mean[1]! - mean[0]!, 1, 0.05);
  });
  it('averages where it does not', () => {
    const mean = predict('any device');
    close(mean[1]! - mean[0]!, 0, 1e-3);
  });
});

describe('a size between measured ones', () => {
  const measured = [
    { features: [64], correction: 0.4 },
    { features: [1024], correction: 0.2 },
  ];
  it('has a correction between theirs, and none far away', () => {
    close(correctionAt(measured, [64]), 0.4, 0.02);
    close(correctionAt(measured, [256]), 0.27, 0.04);
    close(correctionAt(measured, [2 ** 40]), 0, 0.01);
  });
});
