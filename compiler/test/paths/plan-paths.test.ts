// Which variants a target admits, and what names a path.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperatorVariant } from '@everypath/operators';
import { admissibleVariants } from '../../src/paths/admissible.ts';
import { planPaths } from '../../src/paths/plan-paths.ts';
import { TARGET_TOOLCHAINS } from '../../src/targets/registry.ts';

const variant = (
  name: string,
  isa: OperatorVariant['isa'],
  more: Partial<OperatorVariant> = {},
): OperatorVariant => ({
  operator: 'test',
  name,
  header: `${name}.hpp`,
  summary: '',
  source: '',
  isa,
  flags: [],
  ...more,
});

const any = { x86_64: 'x86-64', arm64: 'armv8-a', wasm32: 'wasm-mvp' } as const;
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
