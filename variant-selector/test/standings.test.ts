// Plans while models change: classes are served by what they have until the next is made.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../src/policy/decision.ts';
import { viewOf } from '../src/policy/eligible.ts';
import { DEFAULT_POLICY } from '../src/policy/options.ts';
import { Policy } from '../src/policy/policy.ts';
import { Background } from '../src/serve/background.ts';
import { device, SimulatedFleet } from './simulated-fleet.ts';

const ask = (deviceId: string) => ({ device: viewOf(device()), deviceId, explore: true, bench: false });

describe('a class', () => {
  it('is served by the plan it has while that of newer models is made, and says by which', () => {
    const fleet = new SimulatedFleet({ seed: 'later', truth: [{ fast: { ns: 3000 }, slow: { ns: 5000 } }] });
    const learn = (deviceId: string): void => {
      fleet.run(device(), deviceId, fleet.fetch(device(), deviceId));
      fleet.fit();
    };
    for (const deviceId of ['a', 'b', 'c', 'd']) learn(deviceId);
    const waiting: (() => void)[] = [];
    const policy = new Policy(DEFAULT_POLICY, 'later', undefined, (work) => waiting.push(work));
    const decide = (deviceId: string): Answer => policy.decide(fleet.entry, fleet.knowledge, ask(deviceId));
    const { generation } = fleet.knowledge;
    assert.equal(decide('a').generation, generation);
    assert.equal(waiting.length, 0);
    learn('a');
    assert.equal(decide('b').generation, generation);
    assert.equal(decide('c').generation, generation);
    // Asked for once, whoever asks.
    policy.renew(fleet.knowledge);
    assert.equal(waiting.length, 1);
    waiting.shift()!();
    assert.equal(decide('b').generation, generation + 1);
    // What nobody was served by since is not made anew.
    learn('a');
    policy.renew(fleet.knowledge);
    waiting.shift()!();
    learn('a');
    policy.renew(fleet.knowledge);
    assert.equal(waiting.length, 0);
    assert.equal(decide('e').generation, fleet.knowledge.generation);
    // A new revision cannot wait: the plan may name what is gone.
    const published = { ...fleet.entry, revision: 2 };
    assert.equal(policy.decide(published, fleet.knowledge, ask('d')).generation, fleet.knowledge.generation);
  });
});

describe('background work', () => {
  it('lets others run between two pieces, and tells when it is done', async () => {
    const background = new Background();
    const order: string[] = [];
    for (const name of ['one', 'two', 'three'])
      background.add(() => {
        order.push(name);
        if (name === 'one') setImmediate(() => order.push('a fetch'));
      });
    await background.idle();
    assert.deepEqual(order, ['one', 'a fetch', 'two', 'three']);
    background.add(() => order.push('four'));
    await background.idle();
    assert.equal(order.at(-1), 'four');
  });
});
