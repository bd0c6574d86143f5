// The policy against simulated fleets with a known truth: how fast it gets there, what it costs, and what cannot
// lead it astray.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../src/policy/decision.ts';
import { viewOf } from '../src/policy/eligible.ts';
import { keyedRandom, normal } from '../src/random.ts';
import type { FunctionEntry } from '../src/registry/function-entry.ts';
import { device, functionOf, SimulatedFleet, type Truth } from './simulated-fleet.ts';

/** Latencies spread as real alternatives do: 40 % one standard deviation. */
function randomTruth(seed: string, counts: readonly number[]): Truth {
  const random = keyedRandom(`truth ${seed}`);
  return counts.map((count) => {
    const base = Math.exp(8 + 2 * random());
    return Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `v${index}`,
        {
          ns: base * Math.exp(0.4 * normal(random)),
          isa: index % 3 === 2 ? ('x86-64-v3' as const) : ('x86-64' as const),
        },
      ]),
    );
  });
}

const THREE: Truth = [
  {
    scalar: { ns: 9000 },
    blocked: { ns: 5000 },
    avx2: { ns: 3000, isa: 'x86-64-v3' },
    avx512: { ns: 100, isa: 'x86-64-v4' },
  },
];
const ask = (part: object = {}) => ({
  device: viewOf(device()),
  deviceId: 'd',
  explore: true,
  bench: false,
  ...part,
});
const byPath = (entry: FunctionEntry, ...path: string[]) =>
  entry.variants.find((variant) => variant.path.join() === path.join())!;

/** Fetches, runs and fits in turn. */
function live(
  fleet: SimulatedFleet,
  fetches: number,
  deviceOf: (index: number) => string,
): readonly Answer[] {
  return Array.from({ length: fetches }, (_, index) => {
    const answer = fleet.fetch(device(), deviceOf(index));
    fleet.run(device(), deviceOf(index), answer);
    fleet.fit();
    return answer;
  });
}

describe('policy', () => {
  it('starts with the most sensible guess and says that it is cold', () => {
    const fleet = new SimulatedFleet({ seed: 'cold', truth: THREE });
    const first = fleet.fetch(device(), 'device-1');
    assert.deepEqual(first.variant.path, ['avx2']);
    assert.equal(first.reason, 'cold');
    assert.equal(first.cause, 'auto');
    assert.equal(first.predictedNs, null);
  });

  it('never serves what the device cannot run', () => {
    const fleet = new SimulatedFleet({ seed: 'isa', truth: THREE });
    for (const answer of live(fleet, 30, () => 'device-1'))
      assert.notDeepEqual(answer.variant.path, ['avx512']);
    assert.throws(() => fleet.fetch(device({ target: 'wasm32', isaLevel: 'wasm-mvp' }), 'device-1'), {
      code: 'EP_NO_VARIANT_FOR_DEVICE',
    });
  });

  it('is within 5 % of the fastest after two fetches for each operator variant', () => {
    // 4 to 60 variants; sessions differ by 4 % and samples have a heavy tail.
    const shapes = [[4], [2, 3], [5, 6], [3, 5, 4], [2, 2, 2, 2]];
    const regrets: number[] = [];
    for (const counts of shapes) {
      for (let seed = 0; seed < 6; seed += 1) {
        const fleet = new SimulatedFleet({
          seed: `converge ${seed}`,
          truth: randomTruth(`${counts} ${seed}`, counts),
        });
        live(fleet, 2 * counts.reduce((sum, count) => sum + count, 0), () => 'device-1');
        regrets.push(fleet.regret(device()));
      }
    }
    const within = regrets.filter((regret) => regret <= 0.05).length;
    assert.ok(
      within >= regrets.length - 1,
      `${within} of ${regrets.length}: ${regrets.map((each) => each.toFixed(3))}`,
    );
    assert.ok(Math.max(...regrets) < 0.15);
  });

  it('learns from fetches that all come before one fit', () => {
    const fleet = new SimulatedFleet({ seed: 'burst', truth: randomTruth('burst', [5, 6]) });
    for (let index = 0; index < 30; index += 1) {
      const answer = fleet.fetch(device(), `device-${index}`);
      fleet.run(device(), `device-${index}`, answer);
    }
    fleet.fit();
    assert.ok(fleet.regret(device()) <= 0.05);
  });

  it('stops exploring as it becomes certain, and never tries what is known to be far slower', () => {
    const fleet = new SimulatedFleet({ seed: 'certain', truth: THREE });
    live(fleet, 20, (index) => `device-${index % 4}`);
    const late = live(fleet, 60, (index) => `device-${index % 4}`);
    assert.ok(late.filter((answer) => answer.reason === 'explore').length <= 2);
    assert.ok(late.every((answer) => answer.variant.path[0] !== 'scalar'));
    assert.deepEqual(fleet.served(device()).path, ['avx2']);
  });

  it('answers a device the same until the models change', () => {
    const fleet = new SimulatedFleet({ seed: 'sticky', truth: randomTruth('sticky', [4, 4]) });
    live(fleet, 3, () => 'device-0');
    const first = Array.from({ length: 40 }, (_, index) => fleet.fetch(device(), `device-${index}`));
    const again = Array.from({ length: 40 }, (_, index) => fleet.fetch(device(), `device-${index}`));
    const moved = first.filter((answer, index) => answer.variant.id !== again[index]!.variant.id);
    assert.equal(moved.length, 0);
  });

  it('keeps exploration to its share, with propensities that say so', () => {
    const fleet = new SimulatedFleet({
      seed: 'share',
      truth: randomTruth('share', [3, 3]),
      policy: { trialShare: 0, harmShare: 1, exploreCap: 1 },
    });
    live(fleet, 6, () => 'device-0');
    const answers = Array.from({ length: 4000 }, (_, index) => fleet.fetch(device(), `device-${index}`));
    const explored = answers.filter((answer) => answer.reason === 'explore');
    assert.ok(explored.length > 0 && explored.length <= 0.2 * answers.length);
    // Horvitz-Thompson: weights by inverse propensity count every fetch once, for each variant.
    for (const [id, served] of Map.groupBy(answers, (answer) => answer.variant.id)) {
      const propensity = served[0]!.propensity;
      if (propensity * answers.length < 50) continue;
      const expected = propensity * answers.length;
      assert.ok(
        Math.abs(served.length - expected) < 5 * Math.sqrt(expected),
        `${id}: ${served.length} of ${expected}`,
      );
    }
  });

  it('gives the same decisions for the same seed', () => {
    const run = () => {
      const fleet = new SimulatedFleet({ seed: 'replay', truth: randomTruth('replay', [3, 4]) });
      return live(fleet, 25, (index) => `device-${index % 5}`).map((answer) => [
        answer.variant.id,
        answer.propensity,
      ]);
    };
    assert.deepEqual(run(), run());
  });

  it('gives up on a variant that is served and never reports', () => {
    const fleet = new SimulatedFleet({ seed: 'silent', truth: THREE });
    let silent = 0;
    for (let index = 0; index < 60; index += 1) {
      const answer = fleet.fetch(device(), 'device-1');
      if (answer.variant.path[0] === 'blocked') silent += 1;
      else fleet.run(device(), 'device-1', answer);
      fleet.fit();
    }
    assert.ok(silent > 0 && silent <= 16, `${silent}`);
  });

  it('does not let forced and benchmark calls teach it anything', () => {
    const fleet = new SimulatedFleet({
      seed: 'forced',
      truth: THREE,
      lie: (_, name, ns) => (name === 'scalar' ? 1 : ns),
    });
    const scalar = byPath(fleet.entry, 'scalar');
    const forced = fleet.policy.decide(fleet.entry, fleet.knowledge, ask({ variant: scalar.id }));
    assert.deepEqual([forced.reason, forced.cause, forced.propensity], ['forced', 'forced', 1]);
    const bench = fleet.policy.decide(fleet.entry, fleet.knowledge, ask({ variant: scalar.id, bench: true }));
    assert.equal(bench.cause, 'bench');
    const free = fleet.policy.decide(fleet.entry, fleet.knowledge, ask({ bench: true }));
    assert.equal(free.cause, 'bench');
    for (const answer of [forced, bench, free]) fleet.run(device(), 'device-1', answer);
    fleet.fit();
    assert.equal(fleet.knowledge.models.samples, 0);
  });

  it('pins by the narrowest scope that covers the device, where the pinned variant runs', () => {
    const base = functionOf('@test/pin', THREE);
    const pin = (scope: string, name: string) => ({
      scope,
      variant: byPath(base, name).id,
      note: '',
      createdAtMs: 0,
    });
    const entry = {
      ...base,
      overrides: [pin('', 'scalar'), pin('linux-x86_64/x86-64-v3', 'blocked'), pin('linux-x86_64', 'avx512')],
    };
    const fleet = new SimulatedFleet({ seed: 'pin', truth: THREE }, entry);
    const pinned = (features = device()) =>
      fleet.policy.decide(entry, fleet.knowledge, ask({ device: viewOf(features) }));
    assert.deepEqual(
      [pinned().variant.path[0], pinned().reason, pinned().cause],
      ['blocked', 'pinned', 'forced'],
    );
    assert.equal(pinned(device({ isaLevel: 'x86-64-v4' })).variant.path[0], 'avx512');
    assert.equal(pinned(device({ isaLevel: 'x86-64' })).variant.path[0], 'scalar');
  });

  it('refuses a forced variant that is unknown or does not run', () => {
    const fleet = new SimulatedFleet({ seed: 'refuse', truth: THREE });
    const force = (variant: string) => () =>
      fleet.policy.decide(fleet.entry, fleet.knowledge, ask({ variant }));
    assert.throws(force('ffffffffffffffff'), { code: 'EP_VARIANT_NOT_FOUND' });
    assert.throws(force(byPath(fleet.entry, 'avx512').id), { code: 'EP_VARIANT_DOES_NOT_RUN' });
  });

  it('is not flipped by one device in five that lies', () => {
    const liar = 'device-0';
    const fleet = new SimulatedFleet({
      seed: 'liar',
      truth: [{ good: { ns: 3000 }, bad: { ns: 4500 }, worse: { ns: 9000 } }],
      lie: (deviceId, name, ns) => (deviceId === liar && name !== 'good' ? ns / 20 : ns),
    });
    for (const deviceId of [liar, 'device-1', 'device-2', 'device-3', 'device-4']) {
      for (const variant of fleet.entry.variants) {
        const answer: Answer = {
          variant,
          reason: 'explore',
          cause: 'explore',
          propensity: 1,
          predictedNs: null,
          generation: 0,
        };
        // The liar reports ten times as often.
        for (let session = 0; session < (deviceId === liar ? 20 : 2); session += 1)
          fleet.run(device(), deviceId, answer);
      }
    }
    fleet.fit();
    assert.deepEqual(fleet.served(device()).path, ['good']);
    const answers = Array.from({ length: 200 }, (_, index) => fleet.fetch(device(), `new ${index}`));
    assert.ok(answers.filter((answer) => answer.variant.path[0] !== 'good').length <= 4);
  });

  it('stays with the variant in place while another is faster by noise only', () => {
    const fleet = new SimulatedFleet({
      seed: 'stable',
      truth: [{ a: { ns: 3000 }, b: { ns: 3005 }, c: { ns: 3010 } }],
    });
    live(fleet, 12, (index) => `device-${index % 3}`);
    let changes = 0;
    let before = fleet.served(device()).id;
    for (let index = 0; index < 40; index += 1) {
      live(fleet, 1, () => `device-${index % 3}`);
      const now = fleet.served(device()).id;
      if (now !== before) changes += 1;
      before = now;
    }
    assert.ok(changes <= 2, `${changes} changes`);
  });

  it('serves a new function well from what others taught its operators', () => {
    const truth = randomTruth('shared', [4, 5]);
    const fleet = new SimulatedFleet({ seed: 'shared', truth });
    live(fleet, 30, (index) => `device-${index % 3}`);
    const other = { ...functionOf('@test/new', truth), overrides: [] };
    const answer = fleet.policy.decide(other, fleet.knowledge, ask({ explore: false }));
    assert.equal(answer.reason, 'predicted');
    assert.ok(fleet.trueNs(answer.variant) / fleet.fastestNs <= 1.05);
  });

  it('serves a model of processor nobody reported from what its neighbours know', () => {
    const truth = randomTruth('neighbour', [5, 4]);
    const fleet = new SimulatedFleet({ seed: 'neighbour', truth });
    live(fleet, 30, (index) => `device-${index % 3}`);
    const stranger = device({ model: 'ryzen 5950x' });
    const answer = fleet.policy.decide(
      fleet.entry,
      fleet.knowledge,
      ask({ device: viewOf(stranger), explore: false }),
    );
    assert.equal(answer.reason, 'predicted');
    assert.ok(fleet.trueNs(answer.variant) / fleet.fastestNs <= 1.05);
  });
});
