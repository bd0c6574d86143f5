// Which variants a target admits, and what names a path.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admissibleVariants, prunedVariants } from '../../src/paths/admissible.ts';
import { planPaths } from '../../src/paths/plan-paths.ts';
import { TARGET_TOOLCHAINS } from '../../src/targets/registry.ts';
import { EVERYWHERE, variant } from './variants.ts';

const any = EVERYWHERE;
const variants = [
  variant('plain', any),
  variant('avx2', { x86_64: 'x86-64-v3' }),
  variant('apple', any, { targets: ['macos-arm64', 'ios-arm64'] }),
  variant('float_only', any, { types: ['float32_1'] }),
];
const identity = { irHash: 'ir', toolchain: 'clang' };
const names = (target: keyof typeof TARGET_TOOLCHAINS, typeKeys: string[]) =>
  admissibleVariants({ variants, typeKeys }, TARGET_TOOLCHAINS[target]).map(({ name }) => name);

test('architecture, system and types decide which variants a target admits', () => {
  assert.deepEqual(names('linux-x86_64', ['int']), ['plain', 'avx2']);
  assert.deepEqual(names('wasm32', ['float32_1', 'int']), ['plain', 'float_only']);
  assert.deepEqual(names('ios-arm64', ['float64_1']), ['plain', 'apple']);
});

test('a program needs the highest level of its variants', () => {
  const node = { variants: variants.slice(0, 2), typeKeys: [] };
  const { paths } = planPaths([node, node], TARGET_TOOLCHAINS['linux-x86_64'], 10, identity);
  assert.deepEqual(
    paths.map(({ isa }) => isa),
    ['x86-64', 'x86-64-v3', 'x86-64-v3', 'x86-64-v3'],
  );
});

test('a variant id depends on IR, target, path and toolchain, and on nothing else', () => {
  const node = { variants: variants.slice(0, 1), typeKeys: [] };
  const id = (target: keyof typeof TARGET_TOOLCHAINS, changed: Partial<typeof identity> = {}) =>
    planPaths([node], TARGET_TOOLCHAINS[target], 10, { ...identity, ...changed }).paths[0]!.id;
  const ids = [
    id('wasm32'),
    id('ios-arm64'),
    id('wasm32', { irHash: 'x' }),
    id('wasm32', { toolchain: 'x' }),
  ];
  assert.equal(new Set(ids).size, 4);
  assert.equal(id('wasm32'), ids[0]);
  assert.match(ids[0]!, /^[0-9a-f]{16}$/);
});

test('a node that no variant can serve is named', () => {
  const node = { variants: [variants[1]!], typeKeys: [] };
  const plan = planPaths([node], TARGET_TOOLCHAINS.wasm32, 10, identity);
  assert.deepEqual([plan.paths.length, plan.impossible], [0, [0]]);
});

test('a program takes each algorithm in its best form for its level, and no path is built twice', () => {
  const node = {
    variants: [
      variant('tree', any),
      variant('tree_avx2', { x86_64: 'x86-64-v3' }, { algorithm: 'tree' }),
      variant('tree_avx512', { x86_64: 'x86-64-v4' }, { algorithm: 'tree' }),
      variant('list', any),
    ],
    typeKeys: [],
  };
  const { paths, total } = planPaths([node, node], TARGET_TOOLCHAINS['linux-x86_64'], 100, identity);
  const texts = paths.map(({ choices }) => choices.map(({ name }) => name).join(' '));
  // 2 x 2 at the baseline; at each level above, what takes at least one form of that level.
  assert.equal(paths.length, 4 + 3 + 3);
  assert.equal(total, 10n);
  assert.equal(new Set(texts).size, texts.length);
  assert.ok(texts.includes('tree_avx2 list'));
  assert.ok(!texts.includes('tree tree_avx2'), 'a lesser form of the same algorithm is never mixed in');
});

test('the reference form is built only where nothing else runs', () => {
  const reference = variant('plain', any, { reference: true });
  const fast = variant('packed', { x86_64: 'x86-64-v3', arm64: 'armv8-a' });
  const node = { variants: [reference, fast], typeKeys: [] };
  const on = (target: keyof typeof TARGET_TOOLCHAINS) =>
    admissibleVariants(node, TARGET_TOOLCHAINS[target]).map(({ name }) => name);
  assert.deepEqual(on('linux-arm64'), ['packed']);
  assert.deepEqual(on('wasm32'), ['plain']);
  assert.deepEqual(on('linux-x86_64'), ['plain', 'packed'], 'a baseline device has nothing else');
});

test('a form for chains of several costly functions is left out of shorter ones, with the reason', () => {
  const variants = [variant('whole', any), variant('cut', any, { functions: 2 })];
  const target = TARGET_TOOLCHAINS['linux-x86_64'];
  const on = (functions?: number) => ({ variants, typeKeys: [], ...(functions ? { functions } : {}) });
  assert.deepEqual(
    admissibleVariants(on(2), target).map(({ name }) => name),
    ['whole', 'cut'],
  );
  for (const few of [undefined, 1]) {
    assert.deepEqual(prunedVariants(on(few), target), [
      { variant: 'cut', reason: `pays from 2 costly functions a chain, this one has ${few ?? 0}` },
    ]);
  }
});

test('beyond the budget every level keeps a share', () => {
  const node = { variants: variants.slice(0, 2), typeKeys: [] };
  const { paths, total } = planPaths(Array(8).fill(node), TARGET_TOOLCHAINS['linux-x86_64'], 20, identity);
  assert.equal(total, 256n);
  assert.ok(paths.length <= 20);
  assert.deepEqual([...new Set(paths.map(({ isa }) => isa))], ['x86-64', 'x86-64-v3']);
});
