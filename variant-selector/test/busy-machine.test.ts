// Devices whose sessions a busy neighbour slows down as a whole: what is served must be as good as on a calm machine.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Moment, Observation } from '../src/model/observation.ts';
import { withoutSessionEffects } from '../src/model/session-effects.ts';
import { keyedRandom, normal } from '../src/random.ts';
import { device, SimulatedFleet, type Truth } from './simulated-fleet.ts';

const CLASS = 'linux-x86_64/x86-64-v3/zen3/ryzen';

/** One device's observation of an operator variant: latencies relative to a common 1 µs, by session. */
function observed(
  operator: string,
  operatorVariant: string,
  sessions: Readonly<Record<string, number>>,
  owner = '1',
): Observation {
  const moments = Object.entries(sessions).map(([name, ns]): Moment => [name, Math.log(1000 * ns), 32]);
  return {
    deviceClass: CLASS,
    operator,
    specialization: 's',
    operatorVariant,
    features: [],
    device: owner,
    logNs: moments.reduce((sum, [, logNs]) => sum + logNs, 0) / moments.length,
    samples: 32 * moments.length,
    sessions: moments.length,
    sessionVariance: 0,
    moments,
  };
}
const factor = (observation: Observation | undefined): number => Math.exp(observation!.logNs) / 1000;
const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(Math.log(actual / expected)) < 0.06, `${actual} is not ${expected}`);

describe('session effects', () => {
  it('are told by the nodes that other sessions measured too', () => {
    // Session c ran the only call of `fast` while a neighbour was there.
    const [fast, shared] = withoutSessionEffects([
      observed('a', 'fast', { c: 1.8 }),
      observed('b', 'only', { a: 1, b: 1.01, c: 1.8, d: 0.99 }),
      observed('a', 'slow', { a: 1.4, b: 1.41, d: 1.4 }),
    ]);
    near(factor(fast), 1);
    near(factor(shared), 1);
  });

  it('leave the lower level where one node is all there is', () => {
    const [both] = withoutSessionEffects([observed('a', 'v', { a: 1, b: 1.9, c: 1.02 })]);
    near(factor(both), 1);
    assert.ok(both!.calmSessions! < 2.5, `${both!.calmSessions}`);
  });

  it('are not found where sessions scatter to both sides', () => {
    const scattered = { a: 1, b: 1.04, c: 0.97, d: 1.02, e: 0.96, f: 1.01 };
    const [same] = withoutSessionEffects([observed('a', 'v', scattered)]);
    near(factor(same), 1);
    assert.ok(same!.calmSessions! > 5, `${same!.calmSessions}`);
    assert.ok(same!.hidden! < 0.001);
  });

  it('are not read from one node that is far off by itself', () => {
    // Sessions c and d are the only ones of these two variants; `often` took 3.4 times as long in them, and is well known.
    const sessions = { c: 1, d: 1.03 };
    const calm = { e: 1, f: 1.01, g: 0.99, h: 1, i: 1.02 };
    const [one, other] = withoutSessionEffects([
      observed('a', 'rare', sessions),
      observed('b', 'rare', sessions),
      observed('c', 'often', { ...calm, c: 3.4, d: 3.4 }),
      observed('a', 'usual', calm),
      observed('b', 'usual', calm),
    ]);
    for (const each of [one, other]) assert.ok(factor(each) > 0.9, `${factor(each)}`);
  });

  it('of one device do not move the others', () => {
    const honest = ['1', '2', '3', '4'].map((owner) => observed('a', 'v', { a: 1, b: 1.02 }, owner));
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`s${index}`, 0.05]));
    const calm = withoutSessionEffects([...honest, observed('a', 'v', many, 'liar')]);
    for (const each of calm.slice(0, 4)) near(factor(each), 1.01);
  });

  it('stay where sessions are not told apart', () => {
    const { moments: _, ...plain } = observed('a', 'v', { a: 1, b: 1.9 });
    assert.deepEqual(withoutSessionEffects([plain]), [plain]);
  });
});

function randomTruth(seed: string, counts: readonly number[]): Truth {
  const random = keyedRandom(`truth ${seed}`);
  return counts.map((count) => {
    const base = Math.exp(8 + 2 * random());
    const entries = Array.from({ length: count }, (_, index): [string, { ns: number }] => [
      `v${index}`,
      { ns: base * Math.exp(0.4 * normal(random)) },
    ]);
    return Object.fromEntries(entries);
  });
}

/** Share of runs that end within 5 % of the fastest. A quarter of the sessions are slowed, four in a row. */
function within(counts: readonly number[], fetches: number, moments: boolean, runs: number): number {
  let good = 0;
  for (let seed = 0; seed < runs; seed += 1) {
    const fleet = new SimulatedFleet({
      seed: `busy ${seed}`,
      truth: randomTruth(`${counts} ${seed}`, counts),
      bursts: { share: 0.25, sessions: 4, factors: [1.3, 2.2] },
      moments,
    });
    const total = fetches * counts.reduce((sum, count) => sum + count, 0);
    for (let index = 0; index < total; index += 1) {
      fleet.run(device(), `device-${index % 4}`, fleet.fetch(device(), `device-${index % 4}`), 20);
      if (index % 2 === 1) fleet.fit();
    }
    fleet.fit();
    if (fleet.regret(device()) <= 0.05) good += 1;
  }
  return good / runs;
}

describe('a busy machine', () => {
  for (const [counts, fetches, least] of [
    [[6], 4, 0.9],
    [[4, 5], 2, 0.9],
    [[3, 3, 2, 3], 2, 0.95],
    [[2, 3, 2, 3, 2], 2, 0.95],
  ] as const) {
    it(`does not lead astray a function of ${counts.length} node(s)`, (context) => {
      const runs = 24;
      const before = within(counts, fetches, false, runs);
      const after = within(counts, fetches, true, runs);
      const text = `${(100 * before).toFixed(0)} % of runs within 5 % before, ${(100 * after).toFixed(0)} % after`;
      context.diagnostic(text);
      assert.ok(after >= least && after >= before, text);
    });
  }
});
