// A small fleet over real HTTP, twice: the devices' protocol works, and the seed determines what is served.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everypath } from './command-line.ts';

interface Report {
  readonly via: string;
  readonly fetches: number;
  readonly policies: readonly {
    readonly policy: string;
    readonly meanRegret: number;
    readonly harm: number;
  }[];
}

const run = async (seed: string): Promise<Report> => {
  const shape = ['--devices', '150', '--classes', '2', '--variants', '12', '--fetches', '2'];
  const said = await everypath(['fleet', ...shape, '--seed', seed, '--json']);
  assert.equal(said.code, 0, said.err);
  return JSON.parse(said.out) as Report;
};

test('a fleet over HTTP is the same for the same seed', async () => {
  const [first, again] = [await run('3'), await run('3')];
  assert.equal(first.via, 'HTTP');
  assert.deepEqual(first.policies, again.policies);
  const own = first.policies.find(({ policy }) => policy === 'default')!;
  const random = first.policies.find(({ policy }) => policy === 'random')!;
  assert.ok(own.meanRegret < random.meanRegret / 2);
});
