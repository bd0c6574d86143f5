// A small simulated fleet: the same twice, close to the oracle, better than what it is held against, and not led
// astray by liars or change.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driftFindings, driftsOf } from '../src/fleet/drift-scenario.ts';
import { inProcessEngine } from '../src/fleet/engine.ts';
import { plotRegret } from '../src/fleet/plot.ts';
import { simulateFleet } from '../src/fleet/simulate.ts';
import { createWorld } from '../src/fleet/world.ts';

const START_MS = 1_800_000_000_000;
const DURATION_MS = 86_400_000;

const simulate = (part: {
  readonly liars?: number;
  readonly baselines?: boolean;
  readonly drift?: boolean;
}) => {
  const shape = { seed: '7', classes: 3, variants: 40 };
  const drifts = part.drift ? driftsOf(shape, START_MS + DURATION_MS / 2).slice(0, 1) : [];
  const world = createWorld({ ...shape, drifts });
  return simulateFleet(world, inProcessEngine(world, { seed: '7' }), {
    seed: 7,
    devices: 240,
    fetches: 3,
    startMs: START_MS,
    durationMs: DURATION_MS,
    liars: part.liars ?? 0,
    baselines: part.baselines ?? false,
  }).then((result) => ({
    ...result,
    findings: driftFindings(world, drifts, result.served, result.detected),
  }));
};

describe('fleet', () => {
  it('learns what is fastest, does little harm, and does the same again', async () => {
    const first = await simulate({ baselines: true });
    const again = await simulate({});
    assert.deepEqual(first.served, again.served);
    const [own, ...baselines] = first.policies;
    assert.ok(own!.servedFinalRegret < 0.02, `${own!.servedFinalRegret}`);
    assert.deepEqual(
      baselines.map(({ policy }) => policy),
      ['random', 'static-best', 'nearest-class', 'epsilon-greedy', 'thompson'],
    );
    for (const each of baselines)
      if (['random', 'epsilon-greedy', 'thompson'].includes(each.policy))
        assert.ok(each.meanRegret > own!.meanRegret, each.policy);
    assert.ok(own!.harmExploring > 0 && own!.harmExploring <= own!.harm);
    assert.ok(own!.harmToChampion < own!.explored);
    assert.match(plotRegret(first, 'a <small> fleet'), /^<svg .*a &lt;small&gt; fleet/s);
  });

  it('is not led astray by one device in five that lies', async () => {
    const { policies } = await simulate({ liars: 0.2 });
    assert.ok(policies[0]!.servedFinalRegret < 0.05, `${policies[0]!.servedFinalRegret}`);
  });

  it('notices that its champion became slower, and serves another', async () => {
    const { findings } = await simulate({ drift: true });
    assert.ok(findings[0]!.fetchesToNotice !== null);
    assert.ok(findings[0]!.fetchesToNotice < 120, `${findings[0]!.fetchesToNotice}`);
  });
});
