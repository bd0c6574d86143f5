// The class of a device, and a device of a class: what is installed on it is part of its model's cell.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DeviceFeaturesInput, deviceClass, deviceFeaturesSchema } from '@everypath/schema';
import { deviceOfClass } from '../src/cli/device.ts';

const zen = {
  target: 'linux-x86_64',
  isaLevel: 'x86-64-v3',
  microarchitecture: 'zen3',
  model: 'ryzen',
} as const;
const classOf = (device: DeviceFeaturesInput) => deviceClass(deviceFeaturesSchema.parse(device)).at(-1)!;

test('a library that programs may call makes a class of its own, and nothing else does', () => {
  const plain = 'linux-x86_64/x86-64-v3/zen3/ryzen';
  assert.equal(classOf(zen), plain);
  assert.equal(classOf({ ...zen, libraries: [] }), plain);
  assert.equal(classOf({ ...zen, libraries: ['mkl', 'accelerate'] }), plain);
  assert.equal(classOf({ ...zen, libraries: ['openblas', 'openblas', 'mkl'] }), `${plain}+openblas`);
  assert.equal(classOf({ ...zen, model: 'ryzen+openblas' }), `${plain}-openblas`);
  assert.ok(!classOf({ target: 'wasm32', isaLevel: 'wasm-mvp', libraries: ['openblas'] }).includes('+'));
  const cells = deviceClass(deviceFeaturesSchema.parse({ ...zen, libraries: ['openblas'] }));
  assert.deepEqual(cells.slice(0, 3), deviceClass(deviceFeaturesSchema.parse(zen)).slice(0, 3));
});

test('a class names a device that is of it', () => {
  for (const libraries of [[], ['openblas']]) {
    const name = classOf({ ...zen, libraries });
    const device = deviceOfClass(name);
    assert.ok(device);
    assert.equal(deviceClass(device).at(-1), name);
    assert.deepEqual(device.libraries, libraries);
  }
  assert.equal(deviceOfClass('amiga/68000'), null);
});
