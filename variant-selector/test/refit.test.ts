// Fitting at scale: arrays give what objects give, an increment what a whole fit gives, and the thread does both.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitFamily } from '../src/model/family.ts';
import type { Observation } from '../src/model/observation.ts';
import { predictNode } from '../src/model/predict.ts';
import { sizeCoordinates } from '../src/model/size-model.ts';
import { STARTING_VARIANCES } from '../src/model/variances.ts';
import { keyedRandom, normal } from '../src/random.ts';
import { CellFits } from '../src/refit/cell-fits.ts';
import { ClassIndex } from '../src/refit/class-index.ts';
import { familyCells } from '../src/refit/family-cells.ts';
import { fitFamilyCells } from '../src/refit/family-fit.ts';
import { toFamilyModel } from '../src/refit/family-model.ts';
import { areSound, RefitEngine } from '../src/refit/refit-engine.ts';
import { RefitThread } from '../src/refit/refit-thread.ts';

const NODE = { operator: 'op', specialization: 's' };
const classOf = (index: number): string => `linux-x86_64/x86-64-v3/micro-${index % 3}/model-${index}`;

/** One device a class, every operator variant at three sizes. */
function observe(seed: string, classes: number, shift = 0, operator = 'op'): readonly Observation[] {
  const random = keyedRandom(seed);
  const speeds = Array.from({ length: classes }, () => 0.4 * normal(random));
  return speeds.flatMap((speed, index) =>
    ['a', 'b', 'c'].flatMap((name, variant) => {
      const own = 0.1 * normal(random);
      return [64, 512, 4096].map(
        (size): Observation => ({
          ...NODE,
          operator,
          deviceClass: classOf(index),
          operatorVariant: name,
          features: [size],
          device: `device-${index}`,
          logNs: 3 + speed + 0.3 * variant + own + 0.9 * Math.log1p(size) + 0.02 * normal(random) + shift,
          samples: 64,
          sessions: 4,
          sessionVariance: 0.001,
        }),
      );
    }),
  );
}

const evidence = () => ({ samples: 64, sessions: 4, calmSessions: 4, hidden: 0, devices: 1 });

describe('fitting over arrays', () => {
  it('predicts what the model over objects predicts, on classes seen and unseen', () => {
    const observations = observe('same', 24);
    const exact = fitFamily(observations, () => 0, STARTING_VARIANCES).model;
    const index = new ClassIndex();
    const variance =
      STARTING_VARIANCES.session / 4 +
      (1.57 * STARTING_VARIANCES.sample) / 64 +
      STARTING_VARIANCES.device / 3;
    const cells = familyCells(
      'op',
      's',
      observations.map((each) => ({ ...each, classIndex: index.indexOf(each.deviceClass), variance })),
      sizeCoordinates,
    );
    const fit = fitFamilyCells(cells, index, { variances: STARTING_VARIANCES, priorOf: () => 0 });
    const arrays = toFamilyModel(fit, index, STARTING_VARIANCES, evidence);
    const models = (family: typeof exact) => ({
      version: 3 as const,
      families: { 'op\ns': family },
      calls: {},
      sizes: {},
      variances: STARTING_VARIANCES,
      foresight: null,
      observations: 0,
      samples: 0,
    });
    for (const deviceClass of [classOf(0), classOf(17), 'linux-x86_64/x86-64-v3/micro-1/new']) {
      for (const name of ['a', 'b', 'c']) {
        const sizes = [{ features: [512], share: 1 }];
        const [one, other] = [exact, arrays].map((family) =>
          predictNode(models(family), new Map(), NODE, name, deviceClass, sizes),
        );
        assert.ok(
          Math.abs(one!.logNs - other!.logNs) < 0.03,
          `${deviceClass} ${name}: ${one!.logNs} ${other!.logNs}`,
        );
      }
    }
  });

  it('takes up changed cells as a whole fit would', () => {
    const fits = new CellFits(new Map());
    const rows = (shift: number) =>
      observe('change', 30, shift).map((each) => ({
        ...each,
        classIndex: fits.index.indexOf(each.deviceClass),
        variance: 0.004,
      }));
    fits.load(familyCells('op', 's', rows(0), sizeCoordinates));
    fits.fitAll();
    const before = fits.fit('op\ns')!;
    const leaf = 5;
    const [first, end] = [before.cells.leafStart[leaf]!, before.cells.leafStart[leaf + 1]!];
    const changed = Uint32Array.from({ length: end - first }, (_, at) => first + at);
    const contrast = before.leafContrast[leaf]!;
    fits.change([
      {
        key: 'op\ns',
        rows: changed,
        logNs: Float32Array.from(changed, (row) => before.cells.logNs[row]! + 0.5),
        precision: Float32Array.from(changed, () => 250),
      },
    ]);
    const increment = Float32Array.from(fits.fit('op\ns')!.leafContrast);
    fits.fitFamilies(['op\ns']);
    const whole = fits.fit('op\ns')!.leafContrast;
    assert.ok(increment[leaf]! > contrast + 0.15);
    for (let at = 0; at < whole.length; at += 1)
      assert.ok(Math.abs(increment[at]! - whole[at]!) < 0.05, `${at}: ${increment[at]} ${whole[at]}`);
  });
});

describe('refits', () => {
  it('go from exact to cells to increments, and agree', () => {
    const small = new RefitEngine({ exactUpTo: 1_000_000 });
    const large = new RefitEngine({ exactUpTo: 10 });
    const samples = { observations: [...observe('steps', 20), ...observe('other', 20, 0, 'op2')], sizes: [] };
    small.take(samples, true);
    large.take(samples, true);
    const exact = small.fit(new Map());
    const cells = large.fit(new Map());
    assert.deepEqual([exact.how, cells.how, cells.families], ['exact', 'cells', 2]);
    assert.ok(areSound(cells.models!));
    assert.equal(large.fit(new Map()).changed, false);
    const of = (report: typeof exact, name: string) =>
      predictNode(report.models!, new Map(), NODE, name, classOf(3), [{ features: [512], share: 1 }]).logNs;
    for (const name of ['a', 'b', 'c']) assert.ok(Math.abs(of(exact, name) - of(cells, name)) < 0.05, name);
    const moved = observe('steps', 20, 0.3).filter((each) => each.deviceClass === classOf(3));
    large.take({ observations: moved, sizes: [] }, false);
    const increment = large.fit(new Map());
    assert.deepEqual([increment.how, increment.families], ['increment', 2]);
    assert.ok(of(increment, 'a') > of(cells, 'a') + 0.1);
  });

  it('run in a thread that survives a bad request', async () => {
    const thread = new RefitThread();
    try {
      const line = (each: object) => JSON.stringify(each);
      const text = { observations: observe('thread', 6).map(line).join('\n'), sizes: '' };
      const { report } = await thread.fit({ text, full: true, ranks: [] });
      assert.deepEqual([report.changed, report.how, report.families], [true, 'exact', 1]);
      assert.equal(thread.remembers, true);
      await assert.rejects(thread.fit({ text: { observations: '{', sizes: '' }, full: true, ranks: [] }));
      assert.equal(thread.remembers, false);
      assert.equal((await thread.fit({ text, full: true, ranks: [] })).report.changed, true);
    } finally {
      await thread.close();
    }
  });
});
