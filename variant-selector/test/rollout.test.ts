// How a new champion takes over, what sends it back, and what is switched off: on simulated fleets and by the rules.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newClassState } from '../src/policy/class-state.ts';
import { viewOf } from '../src/policy/eligible.ts';
import { harmLeft, isFirst, mayExplore } from '../src/policy/harm-budget.ts';
import type { Kill } from '../src/policy/kill.ts';
import { DEFAULT_POLICY } from '../src/policy/options.ts';
import { Policy } from '../src/policy/policy.ts';
import { advanceRollout } from '../src/policy/rollout.ts';
import { stateKey } from '../src/policy/standings.ts';
import { device, functionOf, SimulatedFleet, type Truth } from './simulated-fleet.ts';

const TWO: Truth = [{ fast: { ns: 3000 }, slow: { ns: 5000 } }];
const ask = (deviceId: string) => ({ device: viewOf(device()), deviceId, explore: true, bench: false });

/** A fleet that knows both variants well. */
function settled(): SimulatedFleet {
  const fleet = new SimulatedFleet({ seed: 'rollout', truth: TWO });
  for (let index = 0; index < 24; index += 1) {
    const answer = fleet.fetch(device(), `device-${index % 6}`);
    fleet.run(device(), `device-${index % 6}`, answer);
    fleet.fit();
  }
  return fleet;
}

/** The step that a class makes whose champion is the slow one, with its choices as well known as given. */
function step(part: {
  readonly devices: number;
  readonly tried: boolean;
  readonly rollout?: { readonly share: number; readonly sessions: number };
  readonly calls?: Readonly<Record<string, { readonly ns: number; readonly sessions: number }>>;
}) {
  const fleet = settled();
  const { plan } = fleet.policy.plan(fleet.entry, fleet.knowledge, viewOf(device()));
  const candidates = plan.evaluation.candidates.map((candidate) => ({
    ...candidate,
    choices: candidate.choices.map((choice) => ({
      ...choice,
      prediction: {
        ...choice.prediction,
        tried: part.tried,
        devices: part.devices,
        calmSessions: Math.max(choice.prediction.calmSessions, part.devices),
      },
    })),
  }));
  const byName = (name: string) => candidates.find((each) => each.variant.path[0] === name)!;
  const [fast, slow] = [byName('fast'), byName('slow')];
  const state = {
    ...newClassState(1),
    champion: slow.variant.id,
    devices: ['1', '2', '3', '4', '5', '6'],
    rollout: part.rollout === undefined ? null : { challenger: fast.variant.id, ...part.rollout },
  };
  const calls = Object.fromEntries(
    Object.entries(part.calls ?? {}).map(([name, { ns, sessions }]) => [
      byName(name).variant.id,
      { mean: Math.log(ns), variance: 0.001, samples: 8 * sessions, sessions, devices: sessions },
    ]),
  );
  const made = advanceRollout(state, {
    candidates,
    best: fast,
    calls,
    generation: 9,
    options: DEFAULT_POLICY,
  });
  return { ...made, fast: fast.variant.id, slow: slow.variant.id };
}

describe('roll-out', () => {
  it('promotes at once what enough devices have run', () => {
    const made = step({ devices: 6, tried: true });
    assert.deepEqual([made.champion, made.rollout], [made.fast, null]);
  });

  it('starts small where the class has not run it, and grows with sessions of its own', () => {
    const started = step({ devices: 0, tried: false });
    assert.equal(started.champion, started.slow);
    assert.equal(started.rollout?.share, 0.1);
    const waiting = step({
      devices: 1,
      tried: true,
      rollout: { share: 0.1, sessions: 0 },
      calls: { fast: { ns: 3000, sessions: 2 } },
    });
    assert.equal(waiting.rollout?.share, 0.1);
    const grown = step({
      devices: 1,
      tried: true,
      rollout: { share: 0.1, sessions: 0 },
      calls: { fast: { ns: 3000, sessions: 5 } },
    });
    assert.equal(grown.rollout?.share, 0.2);
    const done = step({
      devices: 1,
      tried: true,
      rollout: { share: 0.8, sessions: 20 },
      calls: { fast: { ns: 3000, sessions: 30 } },
    });
    assert.deepEqual([done.champion, done.rollout], [done.fast, null]);
  });

  it('spares most devices a champion that several saw to be the slower by far', () => {
    const spared = step({ devices: 2, tried: true });
    assert.equal(spared.champion, spared.slow);
    assert.ok(spared.rollout!.share > 0.9, `${spared.rollout?.share}`);
    const under = step({ devices: 2, tried: true, rollout: { share: 0.1, sessions: 0 } });
    assert.ok(under.rollout!.share > 0.9, `${under.rollout?.share}`);
  });

  it('goes back when its calls are measured slower, and is left alone for a while', () => {
    const back = step({
      devices: 1,
      tried: true,
      rollout: { share: 0.4, sessions: 4 },
      calls: { fast: { ns: 9000, sessions: 9 }, slow: { ns: 5000, sessions: 40 } },
    });
    assert.deepEqual([back.champion, back.rollout], [back.slow, null]);
    assert.deepEqual(back.bans, [
      { variant: back.fast, why: 'regression', until: 9 + DEFAULT_POLICY.banGenerations },
    ]);
    assert.equal(back.events[0]?.kind, 'rolled-back');
  });

  it('reaches the same devices as its share grows, and says with what chance', () => {
    const fleet = settled();
    const slow = fleet.entry.variants.find((variant) => variant.path[0] === 'slow')!;
    const key = stateKey(fleet.entry.tag, viewOf(device()).classPath.at(-1)!);
    const fast = fleet.entry.variants.find((variant) => variant.path[0] === 'fast')!;
    const reached = (share: number): Set<string> => {
      const policy = new Policy(
        // That the champion is slower is no harm here: the share stays what it is.
        { ...DEFAULT_POLICY, trialShare: 0, exploreShare: 0, rolloutDevices: 99, harmfulSlowdown: 9 },
        'seed',
      );
      policy.restore([
        [
          key,
          {
            ...newClassState(1),
            champion: slow.id,
            devices: Array.from({ length: 99 }, (_, at) => `${at}`),
            rollout: { challenger: fast.id, share, sessions: 1e9 },
          },
        ],
      ]);
      const got = new Set<string>();
      for (let index = 0; index < 400; index += 1) {
        const answer = policy.decide(fleet.entry, fleet.knowledge, ask(`d${index}`));
        const expected = answer.variant.id === fast.id ? share : 1 - share;
        assert.ok(Math.abs(answer.propensity - expected) < 1e-9);
        if (answer.variant.id === fast.id) got.add(`d${index}`);
      }
      return got;
    };
    const [few, many] = [reached(0.1), reached(0.4)];
    assert.ok(few.size > 20 && few.size < 65, `${few.size}`);
    assert.ok(many.size > 120 && many.size < 200, `${many.size}`);
    assert.ok([...few].every((each) => many.has(each)));
  });
});

describe('crashes and switches', () => {
  it('withdraws what several devices report to crash, not what one does', () => {
    const fleet = settled();
    const deviceClass = viewOf(device()).classPath.at(-1)!;
    const champion = fleet.fetch(device(), 'x').variant.id;
    for (let times = 0; times < 5; times += 1)
      assert.equal(fleet.policy.reportCrash(fleet.entry, deviceClass, champion, 'same device'), false);
    assert.equal(fleet.policy.reportCrash(fleet.entry, deviceClass, champion, 'second'), false);
    assert.equal(fleet.policy.reportCrash(fleet.entry, deviceClass, champion, 'third'), true);
    for (let index = 0; index < 20; index += 1)
      assert.notEqual(fleet.fetch(device(), `after ${index}`).variant.id, champion);
  });

  it('serves nobody what is switched off, not even where it is pinned or forced', () => {
    const base = functionOf('@test/kill', TWO);
    const fast = base.variants.find((variant) => variant.path[0] === 'fast')!;
    const kill: Kill = {
      id: 'k',
      kind: 'operator-variant',
      operator: 'op0',
      operatorVariant: 'fast',
      scope: '',
      note: 'wrong',
      createdAtMs: 0,
    };
    const entry = {
      ...base,
      kills: [kill],
      overrides: [{ scope: '', variant: fast.id, note: '', createdAtMs: 0 }],
    };
    const fleet = new SimulatedFleet({ seed: 'kill', truth: TWO }, entry);
    for (let index = 0; index < 20; index += 1)
      assert.equal(fleet.fetch(device(), `d${index}`).variant.path[0], 'slow');
    assert.throws(() => fleet.policy.decide(entry, fleet.knowledge, { ...ask('d'), variant: fast.id }), {
      code: 'EP_VARIANT_KILLED',
    });
    const elsewhere = { ...entry, overrides: [], kills: [{ ...kill, scope: 'wasm32' }] };
    const other = new SimulatedFleet({ seed: 'kill', truth: TWO }, elsewhere);
    const paths = Array.from({ length: 8 }, (_, index) => other.fetch(device(), `d${index}`).variant.path[0]);
    assert.ok(paths.includes('fast'));
  });
});

describe('harm budget', () => {
  it('is earned by fetches and spent by exploring', () => {
    const state = { fetches: 1000, explored: 10, harm: 2 };
    const first = harmLeft(state, true, DEFAULT_POLICY);
    assert.ok(harmLeft(state, false, DEFAULT_POLICY) < first);
    assert.ok(
      harmLeft({ ...state, fetches: 2000 }, false, DEFAULT_POLICY) > harmLeft(state, false, DEFAULT_POLICY),
    );
    assert.equal(mayExplore({ fetches: 0, explored: 1000 }, true, DEFAULT_POLICY), false);
    const calls = { 'linux-x86_64/a/b/c': { v: { sessions: 100 } } };
    assert.equal(isFirst(calls, 'linux-x86_64/a/b/d', DEFAULT_POLICY), false);
    assert.equal(isFirst(calls, 'linux-x86_64/a/b/c', DEFAULT_POLICY), true);
    assert.equal(isFirst(calls, 'wasm32/a/b/d', DEFAULT_POLICY), true);
  });
});
