// The benchmark's arithmetic on a clock that the test turns, and its report.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceFeaturesSchema } from '@everypath/schema';
import { formatBench, reportBench } from '../src/commands/bench-report.ts';
import { median, timeInTurns } from '../src/demo/time-in-turns.ts';
import { interleave, quantile, rankCorrelation } from '../src/measure/interleave.ts';

test('every rival has a turn in every round, and medians ignore a slow one', () => {
  let nowMs = 0;
  let turn = 0;
  const clock = { nowMs: () => nowMs, ticksMs: () => nowMs, sleep: async () => {} };
  const rival = (name: string, ms: number) => ({
    name,
    call: () => {
      turn++;
      nowMs += turn % 97 === 0 ? 50 : ms;
    },
  });
  const measured = interleave([rival('fast', 0.5), rival('slow', 2)], { clock, rounds: 9, turnMs: 4 });
  assert.deepEqual(
    measured.map((one) => [one.name, one.rounds]),
    [
      ['fast', 9],
      ['slow', 9],
    ],
  );
  assert.equal(measured[0]!.medianNs, 5e5);
  assert.equal(measured[1]!.medianNs, 2e6);
  assert.ok(measured.every((one) => one.lowNs <= one.medianNs && one.medianNs <= one.highNs));
});

test('contenders take turns, and are judged by the median of all calls of a turn but the first', () => {
  let nowMs = 0;
  let rests = 0;
  const order: string[] = [];
  const contender = (id: string, ms: number, restless = false) => ({
    id,
    restless,
    run: () => {
      const first = order.at(-1) !== id;
      order.push(id);
      nowMs += ms;
      return first ? 1e9 : ms * 1e6;
    },
  });
  const limits = { turnMs: 3, fewestRounds: 2, budgetMs: 0 };
  const contenders = [contender('x', 3, true), contender('a', 1), contender('y', 3, true), contender('b', 2)];
  const rounds = timeInTurns(contenders, limits, {
    nowMs: () => nowMs,
    random: () => 0.9,
    rest: () => {
      rests += 1;
      order.push('-');
    },
  });
  assert.deepEqual(rounds, [
    { a: 1e6, b: 2e6, x: 3e6, y: 3e6 },
    { a: 1e6, b: 2e6, x: 3e6, y: 3e6 },
  ]);
  // Those who leave threads running come together: the others wait for them once a round.
  assert.equal(order.join(''), '-aaaabbbxxyy-aaaabbbxxyy');
  assert.equal(rests, 2);
  assert.equal(median([3, 1, 2, 10]), 2.5);
});

test('quantiles and rank correlation', () => {
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(quantile([7], 0.25), 7);
  assert.equal(rankCorrelation([1, 2, 3], [10, 20, 30]), 1);
  assert.equal(rankCorrelation([1, 2, 3], [30, 20, 10]), -1);
  assert.equal(rankCorrelation([1, 2], [1, 2]), null);
  assert.equal(rankCorrelation([1, 2, 3], [5, 5, 5]), null);
});

test('the report ranks, compares with the prediction and states the regret', () => {
  const figures = (ns: number) => ({ medianNs: ns, lowNs: ns * 0.9, highNs: ns * 1.2, rounds: 9, calls: 90 });
  const candidate = (variant: string, predictedNs: number) => ({ variant, predictedNs });
  const report = reportBench({
    tag: '@a/b',
    device: deviceFeaturesSchema.parse({ target: 'linux-x86_64', isaLevel: 'x86-64-v3' }),
    measured: [
      { name: 'b', ...figures(120) },
      { name: 'a', ...figures(100) },
      { name: 'c', ...figures(300) },
    ],
    paths: new Map([
      ['a', ['simd', 'x']],
      ['b', ['scalar', 'x']],
      ['c', ['tiled', 'x']],
    ]),
    explanation: {
      chosen: 'b',
      reason: 'predicted',
      candidates: [candidate('b', 90), candidate('a', 110), candidate('c', 250)],
    },
  });
  assert.deepEqual(
    report.variants.map((row) => [row.variant, row.measuredRank, row.predictedRank]),
    [
      ['a', 1, 2],
      ['b', 2, 1],
      ['c', 3, 3],
    ],
  );
  assert.ok(Math.abs((report.served.regret ?? 0) - 0.2) < 1e-12);
  assert.equal(report.rankCorrelation, 0.5);
  const text = formatBench(report, (_style, line) => line).join('\n');
  assert.match(text, /served now: b \(predicted\), 20\.0 % slower than the fastest/);
  assert.match(text, /simd$/m);
});
