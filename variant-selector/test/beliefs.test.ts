// The parts of the prior and of beliefs, against closed forms.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { believe, differenceVariance, fastest } from '../src/model/belief.ts';
import { correctionAt } from '../src/model/between-sizes.ts';
import { takeLevelsOut } from '../src/model/prior/contrasts.ts';
import { krige } from '../src/model/prior/kriging.ts';
import { nonnegative } from '../src/model/prior/nonnegative.ts';
import { correlate } from '../src/model/prior/relatives.ts';
import { deviceViews, sizeViews } from '../src/model/prior/similarity.ts';
import { compileCovariance, openSurface } from '../src/model/prior/surface.ts';
import { DEFAULT_PROBING, expectedGain, nextProbe, normalShare, studentShare } from '../src/policy/probe.ts';

const close = (actual: number, expected: number, within = 1e-9): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

describe('a belief', () => {
  const prior = { mean: Float64Array.of(0, 0.5), variance: Float64Array.of(0.04, 0.09), correlation: null };
  it('says nothing new of differences after one measurement: the level is unknown', () => {
    const belief = believe(prior, [[7], []], 0.01);
    close(belief.mean[1]! - belief.mean[0]!, 0.5);
    close(differenceVariance(belief, 0, 1), 0.13);
  });
  it('is the Gaussian update of the difference where measurements are exact', () => {
    const three = { ...prior, mean: Float64Array.of(0, 0.5, 1), variance: Float64Array.of(0.04, 0.09, 0.16) };
    const belief = believe(three, [[7], [7], []], 1e-8);
    close(belief.mean[1]! - belief.mean[0]!, 0, 1e-6);
    // The first two lie at the level by their precisions, where the third's prior starts from.
    const level = (7 / 0.04 + 6.5 / 0.09) / (1 / 0.04 + 1 / 0.09);
    close(belief.mean[2]!, 1 + level, 1e-6);
    // Three degrees of freedom, and a difference that lies further off than was foreseen: doubted by that much more.
    const doubt = (3 + 0.5 ** 2 / 0.13) / 4;
    close(belief.covariance(2, 2), doubt * (0.16 + 1 / (1 / 0.04 + 1 / 0.09)), 1e-6);
  });
  it('is settled: each measurement is trusted by how far it lies from what all of them say', () => {
    const [own, core] = [Float64Array.of(0.04, 0.09), 0.58 * 0.01];
    const belief = believe({ ...prior, variance: own }, [[7], [7]], 0.01);
    const gap = belief.mean[1]! - belief.mean[0]!;
    // Of one measurement's own variant: what is left of the prior's 0.5 falls to each by its share of the variance.
    const noises = [core, core];
    for (let round = 0; round < 100; round += 1) {
      const total = own[0]! + own[1]! + noises[0]! + noises[1]!;
      for (const v of [0, 1]) {
        const departure = (0.5 * noises[v]!) / total;
        const other = own[1 - v]! + noises[1 - v]!;
        const unsure = noises[v]! - noises[v]! ** 2 / (noises[v]! + own[v]! + other);
        noises[v] = (core * (3 + (departure ** 2 + unsure) / core)) / 4;
      }
    }
    const left = noises[0]! + noises[1]!;
    close(gap, (0.5 * left) / (0.13 + left), 2e-3);
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
  it('doubts one measurement that contradicts a sure prior', () => {
    const sure = { ...prior, variance: new Float64Array(2).fill(1e-4) };
    const after = (value: number): number => {
      const { mean } = believe(sure, [[7, 7, 7, 7, 7, 7], [value]], 0.04);
      return mean[1]! - mean[0]! - 0.5;
    };
    // Two more than expected say less than twice as much as one more.
    assert.ok(after(9.5) < 1.1 * after(8.5), `${after(9.5)} ${after(8.5)}`);
  });
});

describe('what variants have in common', () => {
  it('stays a correlation where devices lack some of the variants', () => {
    // Each device has two of three: the first two rise together, so do the last two, the outer two against each other.
    const pairs = [
      [0, 1, 1],
      [1, 2, 1],
      [0, 2, -1],
    ] as const;
    const rows = Array.from({ length: 90 }, (_, row) => ({ pair: pairs[row % 3]!, by: Math.sin(row) }));
    const table = correlate({
      measured: {
        device: Int32Array.from(rows.keys()),
        size: new Int32Array(rows.length),
        start: Int32Array.from({ length: rows.length + 1 }, (_, row) => 2 * row),
        variant: Int32Array.from(rows.flatMap(({ pair: [a, b] }) => [a, b])),
        variants: 3,
        value: new Float64Array(2 * rows.length),
      },
      contrast: Float64Array.from(rows.flatMap(({ pair: [, , sign], by }) => [by, sign * by])),
      average: new Float64Array(3),
    })!;
    const [ab, ac, bc] = [table[1]!, table[2]!, table[5]!];
    assert.ok(ab > 0.3 && bc > 0.3 && ac < -0.3, `${ab} ${bc} ${ac}`);
    assert.ok(1 + 2 * ab * ac * bc - ab ** 2 - ac ** 2 - bc ** 2 > 0, `${ab} ${bc} ${ac}`);
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
  });
  it('knows what Student distributions are likely to gain', () => {
    close(studentShare(3.182, 3), 0.975, 1e-4);
    close(studentShare(-2.776, 4), 0.025, 1e-4);
    close(expectedGain(0, 1, 10_000), 1 / Math.sqrt(2 * Math.PI), 1e-4);
    for (const [freedom, behind] of [
      [3, 0.5],
      [4, 2],
      [9, 3],
    ] as const) {
      // The integral of the upper tail.
      let sum = 0;
      for (let t = behind; t < 2000; t *= 1.001) sum += 0.001 * t * (1 - studentShare(1.0005 * t, freedom));
      close(expectedGain(behind, 1, freedom), sum, 1e-4);
    }
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
