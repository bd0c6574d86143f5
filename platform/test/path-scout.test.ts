// What the scout asks for: the best path of each device class that was served, once for each change of the models, and
// nothing where every path is built.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision, FunctionEntry } from '@everypath/variant-selector';
import { openLog } from '../src/log.ts';
import { createPathScout, type PathScoutDependencies } from '../src/server/path-scout.ts';
import { publication, TAG } from './world.ts';

const entry = { ...publication, tag: TAG } as unknown as FunctionEntry;
const [variant] = publication.variants;

function scene(total: bigint, classes: readonly string[]) {
  const asked: string[] = [];
  const state = { generation: 0, away: false };
  const dependencies = {
    selector: {
      functions: () => [entry],
      stats: () => ({ generation: state.generation }),
      decisions: async () => classes.map((deviceClass) => ({ deviceClass }) as Decision),
    },
    paths: {
      paths: async () => {
        if (state.away) throw new Error('no toolchain');
        return { total };
      },
      link: async (
        tag: string,
        target: string,
        ask: { readonly kind: string; readonly deviceClass?: string },
      ) => {
        asked.push(`${tag} ${target} ${ask.kind} ${ask.deviceClass}`);
        return {
          variant,
          number: 0n,
          fresh: !asked.slice(0, -1).includes(asked.at(-1)!),
          compiles: 0,
          ms: 1,
        };
      },
    },
    log: openLog('silent'),
  };
  return { asked, state, scout: createPathScout(dependencies as unknown as PathScoutDependencies) };
}

test('the best path of every class that was served is linked, once for each change of the models', async () => {
  const classes = [
    'linux-x86_64/x86-64-v3/test',
    'linux-x86_64/x86-64-v4',
    'amiga/68000',
    'linux-x86_64/x86-64-v4',
  ];
  const { asked, state, scout } = scene(10n ** 12n, classes);
  assert.equal(await scout.look(), 0);
  state.generation = 1;
  assert.equal(await scout.look(), 2);
  assert.deepEqual(asked, [
    `${TAG} linux-x86_64 best linux-x86_64/x86-64-v3/test`,
    `${TAG} linux-x86_64 best linux-x86_64/x86-64-v4`,
  ]);
  assert.equal(await scout.look(), 0);
  assert.equal(asked.length, 2);
  state.generation = 2;
  assert.equal(await scout.look(), 0, 'they are there now');
  assert.equal(asked.length, 4);
});

test('where every path is built there is nothing to ask for; where none can be, what is built is served', async () => {
  const { asked, state, scout } = scene(2n, ['linux-x86_64/x86-64-v3']);
  state.generation = 1;
  assert.equal(await scout.look(), 0);
  state.generation = 2;
  state.away = true;
  assert.equal(await scout.look(), 0);
  assert.deepEqual(asked, []);
});
