// The parts of the models, each against a truth that is known.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EdgeVariances, fitTree, lookUp } from '../src/model/class-tree.ts';
import { coldPrior, isaRanks } from '../src/model/cold-prior.ts';
import { correctPaths } from '../src/model/correction.ts';
import { fitModels } from '../src/model/fit.ts';
import type { Observation, SizeObservation } from '../src/model/observation.ts';
import { predictNode } from '../src/model/predict.ts';
import { robustLocation } from '../src/model/robust.ts';
import { mixSizes, sizesFor } from '../src/model/size-mix.ts';
import { fitSlopes, sizeCoordinates, unknownSlopes } from '../src/model/size-model.ts';
import { STARTING_VARIANCES } from '../src/model/variances.ts';
import { keyedRandom, normal } from '../src/random.ts';
import { functionOf } from './simulated-fleet.ts';

const ZEN = 'linux-x86_64/x86-64-v3/zen3/ryzen';
const LAKE = 'linux-x86_64/x86-64-v3/alderlake/i7';
const NODE = { operator: 'numpy.matmul', specialization: 's' };

const observation = (part: Partial<Observation>): Observation => ({
  deviceClass: ZEN,
  ...NODE,
  operatorVariant: 'avx2',
  features: [1000],
  device: '1',
  logNs: Math.log(1000),
  samples: 96,
  sessions: 3,
  sessionVariance: 0.0004,
  ...part,
});
const close = (actual: number, expected: number, within: number): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

describe('robust location', () => {
  const at = (...means: number[]) => means.map((mean) => ({ mean, variance: 0.01 }));
  it('ignores a minority however far it lies', () => {
    close(robustLocation(at(1, 1.02, 0.98, -9, 1.01)).mean, 1, 0.03);
    close(robustLocation(at(1, 1.02, 0.98, 1e6, 1.01)).mean, 1, 0.03);
  });
  it('is uncertain where two disagree', () => {
    assert.ok(robustLocation(at(0, 2)).variance > 0.5);
    assert.ok(robustLocation(at(1, 1)).variance < 0.01);
  });
});

describe('class tree', () => {
  const edges: EdgeVariances = [1, 0.25, 0.16, 0.09, 0.04];
  it('is the exact posterior: one leaf against the closed form', () => {
    const fit = fitTree(new Map([[ZEN, { mean: 2, variance: 0.1 }]]), { mean: 0, edges });
    const prior = edges.reduce((sum, each) => sum + each, 0);
    close(fit.posterior[ZEN]!.mean, (2 * prior) / (prior + 0.1), 1e-12);
    close(fit.posterior[ZEN]!.variance, (prior * 0.1) / (prior + 0.1), 1e-12);
    // Seen from the target: its own two edges against all below.
    const below = 0.16 + 0.09 + 0.04 + 0.1;
    close(fit.posterior['linux-x86_64']!.mean, (2 * 1.25) / (1.25 + below), 1e-12);
  });
  it('is the exact posterior: two leaves against the 2×2 Gaussian', () => {
    const leaves = new Map([
      [ZEN, { mean: 1, variance: 0.05 }],
      [LAKE, { mean: 3, variance: 0.2 }],
    ]);
    const fit = fitTree(leaves, { mean: 0, edges });
    // Joint prior: shared down to the ISA level, apart below it.
    const shared = 1 + 0.25 + 0.16;
    const own = shared + 0.09 + 0.04;
    const [a, b, d] = [own + 0.05, shared, own + 0.2];
    const determinant = a * d - b * b;
    const weights = [(d * 1 - b * 3) / determinant, (-b * 1 + a * 3) / determinant];
    close(fit.posterior[ZEN]!.mean, own * weights[0]! + shared * weights[1]!, 1e-9);
    close(fit.posterior[LAKE]!.mean, shared * weights[0]! + own * weights[1]!, 1e-9);
    close(fit.cavity.get(ZEN)!.mean, (shared * 3) / (own + 0.2), 1e-9);
  });
  it('gives a class without samples what its neighbours know, with more doubt', () => {
    const prior = { mean: 0, edges };
    const { posterior } = fitTree(new Map([[ZEN, { mean: 2, variance: 0.01 }]]), prior);
    const sibling = lookUp(posterior, 'linux-x86_64/x86-64-v3/zen3/other', prior);
    const cousin = lookUp(posterior, LAKE, prior);
    const stranger = lookUp(posterior, 'wasm32/wasm-mvp/node/unknown', prior);
    assert.ok(sibling.mean > cousin.mean && cousin.mean > stranger.mean);
    assert.ok(sibling.variance < cousin.variance && cousin.variance < stranger.variance);
    assert.deepEqual(lookUp({}, ZEN, prior), { mean: 0, variance: 1.54 });
  });
});

describe('size model', () => {
  it('finds two slopes under outliers and differing levels', () => {
    const random = keyedRandom('slopes');
    const points = Array.from({ length: 120 }, (_, index) => {
      const x = sizeCoordinates([2 ** (4 + (index % 8)), 2 ** (3 + (index % 5))]);
      const outlier = random() < 0.1 ? 2 : 0;
      return {
        group: `device ${index % 3}`,
        x,
        y: (index % 3) * 5 + 1.0 * x[0]! + 0.5 * x[1]! + 0.03 * normal(random) + outlier,
        variance: 0.03 ** 2,
      };
    });
    const { mean } = fitSlopes(points, unknownSlopes(2));
    close(mean[0]!, 1, 0.05);
    close(mean[1]!, 0.5, 0.05);
  });
  it('keeps its belief where only one size was seen', () => {
    const belief = unknownSlopes(1);
    const point = { group: 'a', x: [3], y: 1, variance: 0.01 };
    assert.deepEqual(fitSlopes([point, point], belief), belief);
  });
});

describe('models', () => {
  const predict = (
    observations: readonly Observation[],
    name: string,
    deviceClass: string,
    size?: number,
  ) => {
    const models = fitModels(observations, [], new Map());
    return predictNode(
      models,
      new Map(),
      NODE,
      name,
      deviceClass,
      size === undefined ? null : [{ features: [size], share: 1 }],
    );
  };

  it('reproduces what was measured, and its class', () => {
    const found = predict(
      [observation({}), observation({ operatorVariant: 'scalar', logNs: Math.log(4000) })],
      'scalar',
      ZEN,
      1000,
    );
    close(found.logNs, Math.log(4000), 0.03);
    assert.equal(found.fromClass, ZEN);
    assert.equal(found.samples, 96);
    assert.equal(found.tried, true);
  });

  it('carries contrasts, not speeds, to a class that was measured with one variant only', () => {
    const slower = Math.log(5);
    const found = predict(
      [
        observation({}),
        observation({ operatorVariant: 'scalar', logNs: Math.log(4000) }),
        observation({ deviceClass: LAKE, logNs: Math.log(1000) + slower }),
      ],
      'scalar',
      LAKE,
      1000,
    );
    // Shrunk: one class alone does not prove that the contrast is the same everywhere.
    close(found.logNs, Math.log(4000) + slower, 0.4);
    assert.equal(found.fromClass, 'linux-x86_64/x86-64-v3');
    assert.ok(Math.sqrt(found.variance) > 0.1);
  });

  it('extrapolates along the size model and is less certain there', () => {
    const sizes = [100, 1000, 10_000];
    const rows = sizes.map((size) => observation({ features: [size], logNs: Math.log(size * 3) }));
    const inside = predict(rows, 'avx2', ZEN, 1000);
    const outside = predict(rows, 'avx2', ZEN, 1_000_000);
    close(inside.logNs, Math.log(3000), 0.05);
    close(outside.logNs, Math.log(3_000_000), 0.3);
    assert.ok(outside.variance > inside.variance);
  });

  it('learns a step that no line has, at the sizes where it was seen', () => {
    const rows = [100, 200, 400, 800, 1600].flatMap((size) =>
      ['1', '2', '3', '4'].map((device) =>
        observation({
          device,
          features: [size],
          logNs: Math.log(size * (size > 700 ? 4 : 1)),
          sessions: 20,
          samples: 640,
        }),
      ),
    );
    for (const size of [400, 800]) {
      close(predict(rows, 'avx2', ZEN, size).logNs, Math.log(size * (size > 700 ? 4 : 1)), 0.2);
    }
  });

  it('gives the same models for the same observations, and survives JSON', () => {
    const rows = [observation({}), observation({ operatorVariant: 'scalar', logNs: 9, device: '2' })];
    const models = fitModels(rows, [], new Map());
    assert.deepEqual(fitModels(rows, [], new Map()), models);
    assert.deepEqual(JSON.parse(JSON.stringify(models)), models);
  });

  it('counts devices and sessions in every cell around', () => {
    const rows = [
      observation({}),
      observation({ device: '2' }),
      observation({ deviceClass: LAKE, device: '3' }),
    ];
    const { families } = fitModels(rows, [], new Map());
    const evidence = Object.values(families)[0]!.variants.avx2!.evidence;
    assert.deepEqual(evidence[ZEN], { samples: 192, sessions: 6, calmSessions: 6, hidden: 0, devices: 2 });
    assert.deepEqual(evidence['linux-x86_64/x86-64-v3'], {
      samples: 288,
      sessions: 9,
      calmSessions: 9,
      hidden: 0,
      devices: 3,
    });
  });
});

describe('cold prior', () => {
  it('prefers higher levels over the baseline and anything over plain code', () => {
    const { nodes, variants } = functionOf('@test/prior', [
      {
        scalar: { ns: 1 },
        blocked: { ns: 1 },
        avx2: { ns: 1, isa: 'x86-64-v3' },
        sse4: { ns: 1, isa: 'x86-64-v2' },
      },
      { heap: { ns: 1 }, avx512: { ns: 1, isa: 'x86-64-v4' } },
    ]);
    const ranks = isaRanks([{ nodes, variants }]);
    const prior = (name: string) => coldPrior('op0', name, ranks);
    assert.ok(
      prior('avx2') < prior('sse4') && prior('sse4') < prior('blocked') && prior('blocked') < prior('scalar'),
    );
    // A level is the operator variant's own, not that of the programs it shares with others.
    assert.equal(ranks.get('op0\nscalar'), 0);
    assert.equal(ranks.get('op1\navx512'), 3);
  });
});

describe('whole-call correction', () => {
  const sums = ['a', 'b', 'c'].map((variant, index) => ({
    variant,
    mean: Math.log(1000 * (index + 1)),
    variance: 0.03 ** 2,
  }));
  const call = (ns: number, sessions: number) => ({
    mean: Math.log(ns),
    variance: 0.06 ** 2 / sessions,
    samples: 32 * sessions,
    sessions,
    devices: 1,
  });
  it('adds what calls spend outside their nodes to every candidate', () => {
    const { paths, correction } = correctPaths(
      sums,
      { a: call(1500, 20), b: call(2500, 20) },
      STARTING_VARIANCES,
    );
    close(correction.overheadNs, 500, 15);
    close(Math.exp(paths[2]!.mean), 3500, 40);
  });
  it("believes a variant's own calls once there are many", () => {
    const many = { a: call(1000, 40), b: call(2000, 40), c: call(1500, 40) };
    close(Math.exp(correctPaths(sums, many, STARTING_VARIANCES).paths[2]!.mean), 1500, 60);
    const few = { a: call(1000, 40), b: call(2000, 40), c: { ...call(1500, 1), variance: 0.5 } };
    assert.ok(Math.exp(correctPaths(sums, few, STARTING_VARIANCES).paths[2]!.mean) > 2700);
  });
  it('takes its scale from the calls where no node was measured', () => {
    const vague = sums.map((sum) => ({ ...sum, variance: 9 }));
    const { paths } = correctPaths(vague, { a: call(50_000, 3) }, STARTING_VARIANCES);
    close(Math.exp(paths[1]!.mean), 100_000, 5_000);
  });
});

describe('size mix', () => {
  const size = (part: Partial<SizeObservation>): SizeObservation => ({
    deviceClass: ZEN,
    tag: '@a/b',
    node: 0,
    ...NODE,
    features: [10],
    device: '1',
    samples: 100,
    ...part,
  });
  it('counts each device once, and falls back to the cell around', () => {
    const mixes = mixSizes([size({}), size({ device: '2', features: [1000], samples: 1_000_000 })]);
    const found = sizesFor(mixes, '@a/b', '0\nnumpy.matmul\ns', LAKE);
    assert.deepEqual(found, [
      { features: [10], share: 0.5 },
      { features: [1000], share: 0.5 },
    ]);
    assert.equal(sizesFor(mixes, '@a/b', '1\nnumpy.matmul\ns', ZEN), null);
  });
});
