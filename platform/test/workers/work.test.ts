// What goes through the queue comes out whole: a field that the check does not know would be dropped in silence.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortableWork } from '@everypath/compiler';
import { workSchema } from '../../src/workers/work.ts';

const digest = 'ab'.repeat(32);
const compile: PortableWork = {
  kind: 'compile',
  toolchain: 'clang-19',
  target: 'macos-arm64',
  isa: 'armv8-a',
  flags: ['-O2'],
  text: '#include "everypath/runtime.hpp"\n',
  includesDigest: digest,
};
const link: PortableWork = {
  kind: 'link',
  toolchain: 'clang-19',
  target: 'macos-arm64',
  objects: [digest],
  libraries: ['accelerate'],
};

test('compiles and links travel with every field', () => {
  for (const work of [compile, link]) assert.deepEqual(workSchema.parse(work), work);
  assert.equal(workSchema.safeParse({ ...link, libraries: ['mkl'] }).success, false);
  assert.equal(workSchema.safeParse({ ...link, objects: ['../object'] }).success, false);
});
