// The log of decisions between the fetches and Postgres: whole, once, and bounded while Postgres is away.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecisionColumns } from '@everypath/schema';
import { silentLog } from '../src/log.ts';
import type { DecisionBatch } from '../src/registry/decision-batch.ts';
import type { Decision } from '../src/registry/decision-store.ts';
import { DecisionLog } from '../src/serve/decision-log.ts';

const decision = (id: string, tag = '@test/one'): Decision => ({
  id,
  tag,
  variant: '0123456789abcdef',
  device: 'd',
  deviceClass: 'linux-x86_64/"odd"\\class\n',
  reason: 'predicted',
  cause: 'auto',
  propensity: 0.1 + 0.2,
  predictedNs: null,
  generation: 3,
  decidedAtMs: 1_800_000_000_000,
});

const clock = { nowMs: () => 0, every: () => () => {} };

function openLog(options: { readonly batch: number; readonly bound: number }) {
  const stored: DecisionBatch[] = [];
  const postgres = { away: false, meanwhile: () => {} };
  const log = new DecisionLog(
    async (batches) => {
      await null;
      postgres.meanwhile();
      if (postgres.away) throw new Error('away');
      stored.push(...batches);
    },
    clock,
    silentLog,
    { flushMs: 100, ...options },
  );
  const ids = (): string[] =>
    stored.flatMap((batch) => (JSON.parse(batch.text()) as DecisionColumns).ids.split(','));
  return { log, postgres, stored, ids };
}

test('a batch is the text of its columns, and of each answer once', () => {
  const { log, stored } = openLog({ batch: 10, bound: 100 });
  log.add(decision('a'));
  log.add({ ...decision('b'), predictedNs: 12.5, decidedAtMs: 1_800_000_000_007 });
  log.add(decision('c', '@test/two'));
  log.add({ ...decision('d'), decidedAtMs: 1_800_000_000_003 });
  return log.flush().then(() => {
    assert.deepEqual(
      stored.map(({ tag, size, id, toMs }) => [tag, size, id, toMs]),
      [
        ['@test/one', 3, 'a', 1_800_000_000_007],
        ['@test/two', 1, 'c', 1_800_000_000_000],
      ],
    );
    const columns = JSON.parse(stored[0]!.text()) as DecisionColumns;
    const { variant, deviceClass, reason, cause, propensity, predictedNs, generation } = decision('a');
    const answer = { variant, deviceClass, reason, cause, propensity, predictedNs, generation };
    assert.deepEqual(columns, {
      ids: 'a,b,d',
      devices: 'd,d,d',
      answer: [0, 1, 0],
      answers: [answer, { ...answer, predictedNs: 12.5 }],
      fromMs: 1_800_000_000_000,
      afterMs: [0, 7, 3],
    });
  });
});

test('a flush that is asked for while one is under way brings the newest decision too', async () => {
  const { log, postgres, ids } = openLog({ batch: 10, bound: 100 });
  log.add(decision('a'));
  let second: Promise<boolean> | undefined;
  postgres.meanwhile = () => {
    if (second !== undefined) return;
    log.add(decision('b'));
    second = log.flush();
  };
  assert.equal(await log.flush(), true);
  assert.equal(await second, true);
  assert.deepEqual(ids(), ['a', 'b']);
  assert.deepEqual(log.stats, { waiting: 0, stored: 2, dropped: 0 });
});

test('while Postgres is away decisions wait, the oldest go beyond the bound, and what waited comes once', async () => {
  const { log, postgres, ids } = openLog({ batch: 4, bound: 10 });
  postgres.away = true;
  for (let index = 0; index < 10; index += 1) log.add(decision(`${index}`));
  assert.equal(await log.flush(), false);
  assert.equal(log.stats.waiting, 10);
  for (let index = 10; index < 13; index += 1) log.add(decision(`${index}`));
  const { waiting, dropped } = log.stats;
  assert.ok(waiting <= 10 && dropped > 0, `${waiting} wait, ${dropped} were dropped`);
  assert.equal(waiting + dropped, 13);
  postgres.away = false;
  assert.equal(await log.flush(), true);
  assert.equal(ids().length, waiting);
  assert.equal(new Set(ids()).size, waiting);
  assert.ok(ids().includes('12'));
  await log.close();
});
