// Whose word counts: devices that lie where others can tell have no say elsewhere, and honest scatter silences nobody.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observation } from '../src/model/observation.ts';
import { keyedRandom, normal } from '../src/random.ts';
import { believed } from '../src/refit/device-trust.ts';

const observation = (device: string, operatorVariant: string, logNs: number): Observation => ({
  deviceClass: 'linux-x86_64/x86-64-v3/test/test',
  operator: 'test.op',
  specialization: 'float32_1',
  operatorVariant,
  features: [1000],
  device,
  logNs,
  samples: 8,
  sessions: 1,
  sessionVariance: 0,
});

/** Everybody runs the fast one; three, two of them liars, have run the slow one. */
function fleet(devices: number, liars: number): readonly Observation[] {
  const random = keyedRandom(`fleet ${devices} ${liars}`);
  const common = Array.from({ length: devices }, (_, index) =>
    observation(`device${index}`, 'fast', 10 + 0.05 * normal(random) + (index < liars ? Math.log(3) : 0)),
  );
  const rare = [0, 1, devices - 1].map((index) =>
    observation(`device${index}`, 'slow', 11 + 0.05 * normal(random) - (index < liars ? Math.log(5) : 0)),
  );
  return [...common, ...rare];
}

const speakers = (observations: readonly Observation[], operatorVariant: string): readonly string[] =>
  observations.filter((each) => each.operatorVariant === operatorVariant).map((each) => each.device);

describe('device trust', () => {
  it('silences those that most others contradict, also where nobody else could', () => {
    for (const liars of [6, 9]) {
      const told = believed(fleet(30, liars));
      assert.deepEqual(speakers(told, 'slow'), ['device29']);
      assert.equal(speakers(told, 'fast').length, 30 - liars);
    }
  });

  it('lets everybody speak where nobody is wrong, and where it is not clear who is', () => {
    const honest = fleet(30, 0);
    assert.equal(believed(honest), honest);
    const split = fleet(30, 15);
    assert.equal(believed(split), split);
    const few = fleet(6, 2);
    assert.equal(believed(few), few);
  });

  it('bears with a device that is off in a few of many cells', () => {
    const random = keyedRandom('cells');
    const observations = Array.from({ length: 5 }, (_, cell) =>
      Array.from({ length: 12 }, (_, index) =>
        observation(
          `device${index}`,
          `variant${cell}`,
          10 + 0.05 * normal(random) + (index === cell ? 1 : 0),
        ),
      ),
    ).flat();
    assert.equal(believed(observations), observations);
  });
});
