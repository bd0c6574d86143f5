// Changes over time: noticed when several devices saw them, and not where there is only noise.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keyedRandom, normal } from '../src/random.ts';
import { findChange, forgetBeforeChanges } from '../src/refit/drift.ts';

/** Sessions of devices in turn: heavy tails, every tenth is up to twice as slow. */
function series(seed: string, count: number, shift: (index: number) => number, devices = 20) {
  const random = keyedRandom(seed);
  return Array.from({ length: count }, (_, index) => ({
    atMs: 1000 * index,
    logNs: 8 + 0.05 * normal(random) + (random() < 0.1 ? 0.7 * random() : 0) + shift(index),
    device: `d${Math.floor(random() * devices)}`,
  }));
}

describe('drift', () => {
  it('is noticed soon after it began, wherever in time that was', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const found = findChange(series(`jump ${seed}`, 80, (index) => (index >= 60 ? 0.4 : 0)));
      assert.ok(found !== null, `seed ${seed}`);
      assert.ok(Math.abs(found.sinceMs - 60_000) <= 8000, `${found.sinceMs}`);
      assert.ok(Math.abs(found.shift - 0.4) < 0.1);
    }
  });

  it('is not seen in noise', () => {
    let alarms = 0;
    for (let seed = 0; seed < 400; seed += 1)
      if (findChange(series(`calm ${seed}`, 30 + (seed % 60), () => 0)) !== null) alarms += 1;
    assert.ok(alarms <= 1, `${alarms} alarms`);
  });

  it('is not raised by one device, however often it reports', () => {
    const honest = series('honest', 60, () => 0);
    const liar = Array.from({ length: 30 }, (_, index) => ({
      atMs: 60_000 + index,
      logNs: 10,
      device: 'liar',
    }));
    assert.equal(findChange([...honest, ...liar]), null);
  });

  it('makes what was before forgotten', () => {
    const moments = series('forget', 80, (index) => (index >= 60 ? 0.5 : 0));
    const observations = [...Map.groupBy(moments, (each) => each.device)].map(([device, own]) => ({
      deviceClass: 'linux-x86_64/x86-64-v3/zen3/ryzen',
      operator: 'a',
      specialization: 's',
      operatorVariant: 'v',
      features: [],
      device,
      logNs: 8,
      samples: 8 * own.length,
      sessions: own.length,
      sessionVariance: 0,
      moments: own.map((each) => [`${each.atMs}`, each.logNs, 8, each.atMs] as const),
    }));
    const { observations: kept, changes } = forgetBeforeChanges(observations);
    assert.equal(changes.length, 1);
    const left = kept.reduce((sum, each) => sum + each.sessions, 0);
    assert.ok(left >= 14 && left <= 32, `${left}`);
    assert.ok(kept.filter((each) => each.logNs > 8.3).length >= 0.8 * kept.length);
  });
});
