// Operator variants that call a library: in the path space of its targets and nowhere else, and never the only ones
// that are built where a device may lack it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { variantsOf } from '@everypath/operators';
import { LIBRARIES, LIBRARY_NAMES, TARGET_NAMES } from '@everypath/schema';
import { admissibleVariants, type NodeChoice } from '../../src/paths/admissible.ts';
import { pathSpace } from '../../src/paths/path-space.ts';
import { planPaths } from '../../src/paths/plan-paths.ts';
import { selectPaths } from '../../src/paths/select-paths.ts';
import { TARGET_TOOLCHAINS } from '../../src/targets/registry.ts';
import { nodeOf, variant } from './variants.ts';

const product = (...typeKeys: readonly string[]): NodeChoice => ({
  variants: variantsOf('numpy.matmul'),
  typeKeys,
});
const identity = { irHash: 'ir', toolchain: 'tools' };
const openblas = variant('openblas', undefined, {
  library: 'openblas',
  targets: LIBRARIES.openblas.targets,
});

test('a product of floats has each library on its own targets alone; one of integers has none', () => {
  for (const target of TARGET_NAMES) {
    const own = LIBRARY_NAMES.filter((name) => LIBRARIES[name].targets.includes(target));
    const librariesOf = (node: NodeChoice) => {
      const { paths } = planPaths([node], TARGET_TOOLCHAINS[target], 256, identity);
      assert.ok(
        paths.some(({ libraries }) => libraries.length === 0),
        target,
      );
      for (const { choices, libraries } of paths)
        assert.deepEqual(libraries, choices[0]!.library ? [choices[0]!.library] : []);
      return [...new Set(paths.flatMap(({ libraries }) => libraries))];
    };
    assert.deepEqual(librariesOf(product('float32_2', 'float32_1')), own, target);
    assert.deepEqual(librariesOf(product('float64_1', 'float64_1')), own, target);
    assert.deepEqual(librariesOf(product('int32_2', 'int32_2')), [], target);
  }
});

test('a target that has a library names the stub of it, and no other target does', () => {
  for (const target of TARGET_NAMES) {
    const named = Object.keys(TARGET_TOOLCHAINS[target].libraries ?? {});
    assert.deepEqual(
      named,
      LIBRARY_NAMES.filter((name) => LIBRARIES[name].targets.includes(target)),
      target,
    );
  }
});

test('the reference form stays where only an installed library would stand in for it', () => {
  const reference = variant('plain', undefined, { reference: true });
  const node = { typeKeys: [], variants: [reference, openblas] };
  const namesOn = (target: 'linux-x86_64' | 'macos-arm64', choice: NodeChoice) =>
    admissibleVariants(choice, TARGET_TOOLCHAINS[target]).map(({ name }) => name);
  assert.deepEqual(namesOn('linux-x86_64', node), ['plain', 'openblas']);
  const accelerate = variant('accelerate', undefined, {
    library: 'accelerate',
    targets: LIBRARIES.accelerate.targets,
  });
  assert.deepEqual(namesOn('macos-arm64', { typeKeys: [], variants: [reference, accelerate] }), [
    'accelerate',
  ]);
});

test('where the budget cuts, each level has a path without a library that may be missing', () => {
  const node: NodeChoice = { typeKeys: [], variants: [openblas, ...nodeOf([1]).variants] };
  const space = pathSpace(
    Array.from({ length: 8 }, () => node),
    TARGET_TOOLCHAINS['linux-x86_64'],
  );
  const cheap = (_: number, { name }: { readonly name: string }) => (name === 'openblas' ? 1 : 2);
  for (const cost of [undefined, cheap]) {
    const { paths } = selectPaths(space, 6, cost);
    for (const { level } of space.levels)
      assert.ok(
        paths.some(({ isa, choices }) => isa === level && choices.every(({ library }) => !library)),
        level,
      );
  }
});
