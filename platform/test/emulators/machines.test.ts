// Which machine runs a program, and what is named when there is none. Nothing is executed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IsaLevel, LibraryName, TargetName } from '@everypath/schema';
import { createMachines, type MachineDependencies } from '../../src/emulators/machines.ts';

const builder = {
  folder: '/nowhere',
  runner: async (kind: string) => `/runners/${kind}`,
  bionicStandIns: async () => '/runners/bionic',
  openblasStandIn: async (kind: string) => `/runners/openblas-${kind}`,
};
const here: MachineDependencies = {
  platform: 'linux',
  architecture: 'x64',
  level: 'x86-64-v3',
  libraries: [],
  env: { PATH: '/nowhere' },
  builder,
};
const find = (
  target: TargetName,
  level: IsaLevel,
  changes: Partial<MachineDependencies> = {},
  libraries: readonly LibraryName[] = [],
) => createMachines({ ...here, ...changes })(target, level, libraries);

test('a Mach-O program for this processor runs on it', async () => {
  const found = await find('macos-x86_64', 'x86-64-v3');
  assert.ok(found.kind === 'machine');
  const { by, format, emulated, command } = found.machine;
  assert.deepEqual([by, format, emulated], ['natively, Mach-O loader', 'macho', false]);
  assert.equal(command.file, '/runners/linux-x86_64');
});

test('without an emulator the package is named that brings it', async () => {
  for (const target of ['linux-arm64', 'android-arm64', 'macos-arm64', 'ios-arm64', 'windows-arm64'] as const)
    assert.deepEqual(await find(target, 'armv8-a'), {
      kind: 'missing',
      reason: 'install qemu-user to execute it',
    });
  assert.match(JSON.stringify(await find('linux-x86_64', 'x86-64-v4')), /install qemu-user/);
});

test('elsewhere than on Linux, and in WebAssembly, there is none', async () => {
  assert.match(JSON.stringify(await find('ios-arm64', 'armv8-a', { platform: 'darwin' })), /on Linux/);
  assert.match(JSON.stringify(await find('wasm32', 'wasm-mvp')), /Node and in browsers/);
  assert.match(
    JSON.stringify(await find('windows-x86_64', 'x86-64', { architecture: 'arm64' })),
    /Wine runs/,
  );
});

test('an arm64 machine runs programs for arm64 itself', async () => {
  const found = await find('ios-arm64', 'armv8.2-a', { architecture: 'arm64', level: 'armv8.2-a' });
  assert.ok(found.kind === 'machine');
  assert.equal(found.machine.by, 'natively, Mach-O loader');
});

test('a library is its own where it is installed, else a stand-in, and the record says which', async () => {
  const machineOf = async (...ask: Parameters<typeof find>) => {
    const found = await find(...ask);
    assert.ok(found.kind === 'machine');
    const { by, id, command } = found.machine;
    return { by, id, folder: command.env.LD_LIBRARY_PATH };
  };
  const installed = { libraries: ['openblas'] };
  const accelerate = await machineOf('macos-x86_64', 'x86-64', {}, ['accelerate']);
  assert.deepEqual(
    [accelerate.by, accelerate.folder],
    ['natively, Mach-O loader, stand-in Accelerate', undefined],
  );
  const own = await machineOf('linux-x86_64', 'x86-64', installed, ['openblas']);
  assert.deepEqual([own.by, own.folder], ['natively, OpenBLAS', undefined]);
  const standIn = await machineOf('linux-x86_64', 'x86-64', {}, ['openblas']);
  assert.deepEqual(
    [standIn.by, standIn.folder],
    ['natively, stand-in OpenBLAS', '/runners/openblas-linux-x86_64'],
  );
  const without = await machineOf('linux-x86_64', 'x86-64', installed);
  assert.equal(new Set([without.id, own.id, standIn.id]).size, 3);
});
