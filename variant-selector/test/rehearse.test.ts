// What the product learns about itself on left-out devices: how much exploring the bound on harm allows it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Exploring, playProduct } from '../src/evaluate/contestants.ts';
import { rehearse } from '../src/evaluate/rehearse.ts';
import type { Prior, Rehearsal } from '../src/model/prior/prior.ts';
import { DEFAULT_PROBING } from '../src/policy/probe.ts';
import { keyedRandom, normal } from '../src/random.ts';

const VARIANTS = 8;

const DEVICES = 6;

/** Problems whose variants are believed `gap` apart, give or take `sd`, and are: by device so many times as wide. */
function rehearsalsOf(gap: number, sd: number, wider: readonly number[] = [1]): readonly Rehearsal[] {
  const random = keyedRandom('rehearsals');
  return Array.from({ length: 60 }, (_, at) => {
    const mean = Float64Array.from({ length: VARIANTS }, (__, v) => gap * v);
    return {
      device: at % DEVICES,
      operator: 0,
      size: 0,
      names: mean.map((_, v) => v),
      expected: {
        mean,
        variance: new Float64Array(VARIANTS).fill(sd ** 2),
        own: new Float64Array(VARIANTS),
        correlation: null,
      },
      truth: mean.map((value) => value + wider[at % wider.length]! * sd * normal(random)),
    };
  });
}

const priorOf = (rehearsals: readonly Rehearsal[]): Prior =>
  ({
    rehearsals: rehearsals.map((each) => [each]),
    shared: { device: 0, sizes: [], views: [] },
    reach: () => 2,
    cautious: (share: number) => share,
  }) as unknown as Prior;

const silent = { kind: 'none', at: () => 0, lag: 0 } as const;
const probingOf = (rehearsals: readonly Rehearsal[]): Exploring =>
  rehearse(priorOf(rehearsals), { probes: [0, 20], noise: silent }, 0.01, 'key').probing;
const horizonOf = (rehearsals: readonly Rehearsal[]): number => probingOf(rehearsals).horizon;

describe('the bound on exploring', () => {
  it('leaves more to learn where learning is cheap than where it is dear', () => {
    const cheap = horizonOf(rehearsalsOf(0.02, 0.1));
    const dear = horizonOf(rehearsalsOf(0.4, 1.2));
    assert.ok(cheap > 20 * dear, `${cheap} ${dear}`);
  });
  it('leaves less to learn where devices disagree on what it costs', () => {
    const alike = horizonOf(rehearsalsOf(0.1, 0.3));
    const unlike = horizonOf(rehearsalsOf(0.1, 0.3, [0.2, 0.2, 0.2, 0.2, 0.2, 2.2]));
    assert.ok(alike > unlike, `${alike} ${unlike}`);
  });
  it('ends where a problem costs more than any rehearsed one did', () => {
    const [{ expected }] = rehearsalsOf(0.02, 0.1) as [Rehearsal];
    const probing = probingOf(rehearsalsOf(0.02, 0.1));
    assert.ok(probing.mostSpent > 0.1 && probing.mostSpent < 20, `${probing.mostSpent}`);
    const player = playProduct({ count: VARIANTS, prior: expected, noise: 0.01, probing });
    player.observe(0, 0);
    const tried = player.probe();
    assert.notEqual(tried, 0);
    player.observe(tried, Math.log(30));
    assert.ok(player.spent() > probing.mostSpent);
    for (let serve = 0; serve < 5; serve += 1) {
      assert.equal(player.probe(), player.decide());
      player.observe(0, 0);
    }
  });
  it('is determined by its key', () => {
    const rehearsals = rehearsalsOf(0.4, 1.2);
    assert.equal(horizonOf(rehearsals), horizonOf(rehearsals));
  });
  it('takes the usual price where nothing can be rehearsed', () => {
    assert.equal(horizonOf([]), DEFAULT_PROBING.horizon);
  });
});
