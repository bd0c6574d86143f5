// Numbers for paths: counting, looking up and finding again agree, with each other and with enumeration by hand; a
// space too large to enumerate answers the same way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ISA_LEVELS } from '@everypath/schema';
import fc from 'fast-check';
import { type NodeChoice, prunedVariants, variantsAtLevel } from '../../src/paths/admissible.ts';
import { findPath, type PathAddress, pathAt, pathSpace } from '../../src/paths/path-space.ts';
import { TARGET_TOOLCHAINS } from '../../src/targets/registry.ts';
import { nodeOf, variant } from './variants.ts';

const target = TARGET_TOOLCHAINS['linux-x86_64'];
const settings = { seed: 20261121, numRuns: 100 };
const nodes = fc
  .array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }).map(nodeOf), {
    maxLength: 4,
  })
  .map((list): readonly NodeChoice[] => list);

const namesOf = (path: PathAddress) => path.choices.map(({ name }) => name);

/** Every path, by the rule itself: at each level all combinations of the best forms, each path once. */
function byHand(choices: readonly NodeChoice[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const level of ISA_LEVELS.x86_64) {
    let paths: string[][] = [[]];
    for (const node of choices) {
      const names = variantsAtLevel(node.variants, target.name, level).map(({ name }) => name);
      paths = paths.flatMap((path) => names.map((name) => [...path, name]));
    }
    for (const path of paths) if (!found.has(path.join(' '))) found.set(path.join(' '), level);
  }
  return found;
}

test('there are as many paths as enumeration finds, each has one number, and each number one path', () => {
  fc.assert(
    fc.property(nodes, (choices) => {
      const space = pathSpace(choices, target);
      const expected = byHand(choices);
      assert.equal(space.total, BigInt(expected.size));
      const seen = new Set<string>();
      for (let number = 0n; number < space.total; number++) {
        const path = pathAt(space, number);
        const text = namesOf(path).join(' ');
        seen.add(text);
        assert.equal(path.isa, expected.get(text), text);
        assert.equal(findPath(space, namesOf(path))?.number, number);
      }
      assert.equal(seen.size, expected.size);
    }),
    settings,
  );
});

test('a trillion paths are counted, looked up and found again without being listed', () => {
  const space = pathSpace(
    Array.from({ length: 13 }, () => nodeOf([2, 1, 0, 2, 0, 0, 1, 0, 2])),
    target,
  );
  assert.ok(space.total > 10n ** 12n);
  const numbers = fc.bigInt({ min: 0n, max: space.total - 1n });
  fc.assert(
    fc.property(numbers, (number) => {
      const path = pathAt(space, number);
      assert.equal(findPath(space, namesOf(path))?.number, number);
    }),
    settings,
  );
  assert.throws(() => pathAt(space, space.total), /there is no path/);
  assert.throws(() => pathAt(space, -1n), /there is no path/);
});

test('what mixes in a lesser form, misses a node or does not exist has no number', () => {
  const space = pathSpace([nodeOf([1]), nodeOf([1])], target);
  assert.equal(space.total, 2n);
  for (const names of [['a0', 'a0_v3'], ['a0'], ['a0', 'a0', 'a0'], ['a0', 'other']])
    assert.equal(findPath(space, names), undefined, names.join());
  assert.equal(findPath(space, ['a0_v3', 'a0_v3'])?.number, 1n);
});

test('a node without a variant leaves no path; a function without nodes has one', () => {
  const none = { variants: [variant('arm', { arm64: 'armv8-a' })], typeKeys: [] };
  const space = pathSpace([nodeOf([0]), none], target);
  assert.deepEqual([space.total, space.levels.length, space.impossible], [0n, 0, [1]]);
  const empty = pathSpace([], target);
  assert.equal(empty.total, 1n);
  assert.deepEqual(pathAt(empty, 0n), { number: 0n, isa: 'x86-64', choices: [] });
  assert.equal(findPath(empty, [])?.number, 0n);
});

test('an algorithm with threads stands beside the same one without', () => {
  const node: NodeChoice = {
    typeKeys: [],
    variants: [
      variant('tree'),
      variant('tree_threads', undefined, { algorithm: 'tree', threads: true }),
      variant('tree_avx2', { x86_64: 'x86-64-v3' }, { algorithm: 'tree' }),
    ],
  };
  const space = pathSpace([node], target);
  const paths = [0n, 1n, 2n].map((number) => namesOf(pathAt(space, number)).join());
  assert.equal(space.total, 3n);
  assert.deepEqual(paths, ['tree', 'tree_threads', 'tree_avx2']);
});

test('what no path takes is named with its reason', () => {
  const node: NodeChoice = {
    typeKeys: ['float64_1'],
    variants: [
      variant('plain', undefined, { reference: true }),
      variant('fast'),
      variant('neon', { arm64: 'armv8-a' }),
      variant('apple', undefined, { targets: ['macos-arm64'] }),
      variant('single', undefined, { types: ['float32_1'] }),
      variant('fast_too', undefined, { algorithm: 'fast' }),
    ],
  };
  const pruned = new Map(prunedVariants(node, target).map(({ variant: name, reason }) => [name, reason]));
  assert.match(pruned.get('plain') ?? '', /reference/);
  assert.match(pruned.get('neon') ?? '', /written for arm64/);
  assert.match(pruned.get('apple') ?? '', /macos-arm64 only/);
  assert.match(pruned.get('single') ?? '', /takes float32_1, the node has float64_1/);
  // Of two equal forms of one algorithm one serves the level.
  assert.equal(Number(pruned.has('fast')) + Number(pruned.has('fast_too')), 1);
});
