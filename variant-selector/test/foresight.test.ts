// Foreseeing classes that measured little: from alike classes beside the tree, as far as left-out classes bear it out.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitTree, takeApart } from '../src/model/class-tree.ts';
import { fitModels, type Models } from '../src/model/fit.ts';
import type { Observation } from '../src/model/observation.ts';
import { predictNode } from '../src/model/predict.ts';
import { restsOn } from '../src/model/rests-on.ts';
import { keyedRandom, normal } from '../src/random.ts';

const NODE = { operator: 'op', specialization: 's' };
const VARIANTS = ['a', 'b', 'c', 'd'];
const MICROS = ['zen3', 'skylake', 'goldmont', 'zen5', 'alderlake', 'icelake'];

/** Which variant is fast depends on the microarchitecture alone, under whatever system. */
function observe(targets: readonly string[], micros = MICROS, noise = 0.03): readonly Observation[] {
  const random = keyedRandom('foresight test');
  return targets.flatMap((target) =>
    micros.flatMap((micro, at) =>
      Array.from(
        { length: 4 },
        (_, model) => `${target}/x86-64-v3/${micro}/model-${target}-${model}`,
      ).flatMap((deviceClass) =>
        VARIANTS.map((operatorVariant, variant) => ({
          ...NODE,
          deviceClass,
          operatorVariant,
          features: [1000],
          device: deviceClass,
          logNs: 8 + (variant === at % VARIANTS.length ? -0.5 : 0.1 * variant) + noise * normal(random),
          samples: 64,
          sessions: 8,
          sessionVariance: 0.0004,
        })),
      ),
    ),
  );
}

const fastest = (models: Models, deviceClass: string): string =>
  VARIANTS.map((name) => ({
    name,
    ns: predictNode(models, new Map(), NODE, name, deviceClass, [{ features: [1000], share: 1 }]).logNs,
  })).sort((one, other) => one.ns - other.ns)[0]!.name;

describe('taking a posterior apart', () => {
  it('gives back the evidence and what the rest of the tree says', () => {
    const prior = { mean: 0.3, edges: [0.16, 0.06, 0.04, 0.02, 0.0064] as const };
    const leaves = new Map([
      ['t/i/m/one', { mean: 1, variance: 0.01 }],
      ['t/i/m/two', { mean: 0.5, variance: 0.003 }],
      ['t/i/n/three', { mean: 0.2, variance: 0.1 }],
      ['u/i/m/four', { mean: 2, variance: 0.5 }],
    ]);
    const { posterior, cavity } = fitTree(leaves, prior);
    for (const [name, evidence] of leaves) {
      const { own, inherited } = takeApart(posterior, name, prior);
      for (const [got, wanted] of [
        [own!, evidence],
        [inherited, cavity.get(name)!],
      ] as const) {
        assert.ok(Math.abs(got.mean - wanted.mean) < 1e-9);
        assert.ok(Math.abs(got.variance - wanted.variance) < 1e-9);
      }
    }
    assert.equal(takeApart(posterior, 't/i/m/new', prior).own, null);
  });
});

describe('foresight', () => {
  const known = observe(['linux-x86_64', 'macos-x86_64', 'android-x86_64']);
  const newcomers = observe(['windows-x86_64'], ['zen3', 'skylake']);
  const models = fitModels([...known, ...newcomers], [], new Map());
  const alone = { ...models, foresight: null };

  it('knows a microarchitecture again that its target never had', () => {
    const unseen = MICROS.slice(2).map((micro) => `windows-x86_64/x86-64-v3/${micro}/unseen`);
    const wanted = MICROS.slice(2).map((_, at) => VARIANTS[(at + 2) % VARIANTS.length]);
    assert.ok(models.foresight !== null);
    assert.deepEqual(
      unseen.map((each) => fastest(models, each)),
      wanted,
    );
    assert.notDeepEqual(
      unseen.map((each) => fastest(alone, each)),
      wanted,
    );
  });

  it('gives way to a class’s own samples', () => {
    const odd = 'windows-x86_64/x86-64-v3/goldmont/odd';
    const own = VARIANTS.map((operatorVariant) => ({
      ...known[0]!,
      deviceClass: odd,
      device: odd,
      operatorVariant,
      logNs: operatorVariant === 'd' ? 7 : 8.2,
      sessions: 32,
    }));
    const taught = fitModels([...known, ...newcomers, ...own], [], new Map());
    assert.equal(fastest(models, odd), 'c');
    assert.equal(fastest(taught, odd), 'd');
  });

  it('says what a figure rests on, in shares that add up to one', () => {
    const family = models.families['op\ns']!;
    const sumOf = (deviceClass: string) => {
      const { own, inherited, neighbours } = restsOn(models, family, 'c', deviceClass);
      const weights = neighbours.map(({ weight }) => weight);
      return { own, neighbours, sum: weights.reduce((sum, each) => sum + each, own + inherited) };
    };
    const unseen = sumOf('windows-x86_64/x86-64-v3/goldmont/unseen');
    assert.ok(Math.abs(unseen.sum - 1) < 1e-6);
    assert.equal(unseen.own, 0);
    assert.match(unseen.neighbours[0]!.deviceClass, /goldmont/);
    const seen = sumOf(known[0]!.deviceClass);
    assert.ok(Math.abs(seen.sum - 1) < 1e-6);
    assert.ok(seen.own > 0.5);
  });

  it('follows the tree alone where too few classes bear anything out', () => {
    const few = fitModels(observe(['linux-x86_64'], ['zen3']), [], new Map());
    assert.equal(few.foresight, null);
    const family = few.families['op\ns']!;
    assert.deepEqual(restsOn(few, family, 'a', 'linux-x86_64/x86-64-v3/zen3/new'), {
      own: 0,
      inherited: 1,
      neighbours: [],
    });
  });
});
