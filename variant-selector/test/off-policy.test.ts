// Estimates of what another policy would have done, against a truth that is known.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { estimateOffPolicy, type LoggedOutcome } from '../src/off-policy/estimate.ts';
import { keyedRandom, normal } from '../src/random.ts';

const TRUTH = [8, 8.2, 8.5];
const SERVED = [0.7, 0.2, 0.1];

/** Decisions of a policy that serves by fixed chances, held against one that always serves `target`. */
function logged(seed: string, target: number, modelBias: number, count = 4000): readonly LoggedOutcome[] {
  const random = keyedRandom(seed);
  const bias = Array.from({ length: 200 }, () => 0.1 * normal(random));
  return Array.from({ length: count }, () => {
    const device = Math.floor(random() * 200);
    const point = random();
    const arm = point < SERVED[0]! ? 0 : point < SERVED[0]! + SERVED[1]! ? 1 : 2;
    return {
      device: `d${device}`,
      logNs: TRUTH[arm]! + bias[device]! + 0.05 * normal(random),
      propensity: SERVED[arm]!,
      target: arm === target ? 1 : 0,
      modelled: TRUTH[arm]! + modelBias,
      modelledTarget: TRUTH[target]! + modelBias,
    };
  });
}

describe('off-policy estimates', () => {
  it('find the value of a policy that was not followed, and know how sure they are', () => {
    let covered = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      const estimate = estimateOffPolicy(logged(`value ${seed}`, 2, 0))!;
      assert.ok(Math.abs(estimate.snips.value - TRUTH[2]!) < 0.06);
      assert.ok(Math.abs(estimate.doublyRobust.value - TRUTH[2]!) < 0.05);
      const { low, high } = estimate.doublyRobust;
      if (low <= TRUTH[2]! && TRUTH[2]! <= high) covered += 1;
    }
    assert.ok(covered >= 34, `${covered} of 40`);
  });

  it('are right with a wrong model, by the weights', () => {
    const { doublyRobust, effective } = estimateOffPolicy(logged('biased', 1, 0.3))!;
    assert.ok(Math.abs(doublyRobust.value - TRUTH[1]!) < 0.06, `${doublyRobust.value}`);
    assert.ok(effective > 600 && effective < 1000, `${effective}`);
  });

  it('say nothing of nothing', () => {
    assert.equal(estimateOffPolicy([]), null);
  });
});
