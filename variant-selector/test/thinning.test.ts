// How a fit keeps to its budget: large classes give way first, small ones are read whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thin } from '../src/model/thinning.ts';

const count = (deviceClass: string, sessions: number) => ({ deviceClass, sessions });

test('what fits is read whole', () => {
  assert.equal(thin([], 100), undefined);
  assert.equal(thin([count('a', 60), count('b', 40)], 100), undefined);
});

test('the largest classes are lowered to one level', () => {
  assert.deepEqual(thin([count('small', 100), count('large', 3_200), count('larger', 6_400)], 3_300), {
    thinnedClasses: ['large', 'larger'],
    thinnedShards: [32, 16],
  });
  assert.deepEqual(thin([count('huge', 1e9)], 1_000), { thinnedClasses: ['huge'], thinnedShards: [1] });
});
