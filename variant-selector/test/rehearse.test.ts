// What the product learns about itself on left-out devices: how much exploring the bound on harm allows it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rehearse } from '../src/evaluate/rehearse.ts';
import type { Prior, Rehearsal } from '../src/model/prior/prior.ts';
import { DEFAULT_PROBING } from '../src/policy/probe.ts';
import { keyedRandom, normal } from '../src/random.ts';

const VARIANTS = 8;

/** Problems whose variants are believed `gap` apart, give or take `sd`, and are. */
function rehearsalsOf(gap: number, sd: number): readonly Rehearsal[] {
  const random = keyedRandom('rehearsals');
  return Array.from({ length: 60 }, () => {
    const mean = Float64Array.from({ length: VARIANTS }, (_, v) => gap * v);
    return {
      operator: 0,
      size: 0,
      names: mean.map((_, v) => v),
      expected: {
        mean,
        variance: new Float64Array(VARIANTS).fill(sd ** 2),
        own: new Float64Array(VARIANTS),
        correlation: null,
      },
      truth: mean.map((value) => value + sd * normal(random)),
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
const horizonOf = (rehearsals: readonly Rehearsal[]): number =>
  rehearse(priorOf(rehearsals), { probes: [0, 20], noise: silent }, 0.01, 'key').probing.horizon;

describe('the bound on exploring', () => {
  it('leaves more to learn where learning is cheap than where it is dear', () => {
    const cheap = horizonOf(rehearsalsOf(0.02, 0.1));
    const dear = horizonOf(rehearsalsOf(0.4, 1.2));
    assert.ok(cheap > 20 * dear, `${cheap} ${dear}`);
  });
  it('is determined by its key', () => {
    const rehearsals = rehearsalsOf(0.4, 1.2);
    assert.equal(horizonOf(rehearsals), horizonOf(rehearsals));
  });
  it('takes the usual price where nothing can be rehearsed', () => {
    assert.equal(horizonOf([]), DEFAULT_PROBING.horizon);
  });
});
