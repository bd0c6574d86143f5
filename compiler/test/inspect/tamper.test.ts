// What inspection finds in programs that were altered after the link: a page under a signature, code at load, another
// processor, another system, foreign weight. One program for each format, built for real.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { TargetName } from '@everypath/schema';
import { buildFunction } from '../../src/build-function.ts';
import { type Expectation, inspectionFaults } from '../../src/inspect/inspect-program.ts';
import { TARGET_TOOLCHAINS } from '../../src/targets/registry.ts';
import { fmaModule } from '../build/modules.ts';

const targets = ['linux-arm64', 'android-arm64', 'ios-arm64', 'windows-arm64'] as const;
const programs = new Map<TargetName, Buffer>();

before(async () => {
  const cacheDir = join(import.meta.dirname, '../../../.cache/objects');
  const { publication, files } = await buildFunction(fmaModule(), { cacheDir, targets, budget: 1 });
  for (const { id, target } of publication.variants) programs.set(target, await readFile(files.get(id)!));
});

/** The faults of a program after `alter`. */
function faultsOf(target: TargetName, alter: (bytes: Buffer) => void, expected: Expectation = {}) {
  const bytes = Buffer.from(programs.get(target)!);
  alter(bytes);
  return inspectionFaults(TARGET_TOOLCHAINS[target], bytes, expected);
}

/** Offset of the first load command of a kind in a Mach-O file. */
function loadCommand(bytes: Buffer, kind: number): number {
  let at = 32;
  while (bytes.readUInt32LE(at) !== kind) at += bytes.readUInt32LE(at + 4);
  return at;
}

/** Offset of the first program header of a kind in an ELF file. */
function programHeader(bytes: Buffer, kind: number): number {
  let at = Number(bytes.readBigUInt64LE(32));
  while (bytes.readUInt32LE(at) !== kind) at += 56;
  return at;
}

test('untouched programs have no faults', () => {
  for (const target of targets)
    assert.deepEqual(
      faultsOf(target, () => undefined, { kernels: 1 }),
      [],
      target,
    );
});

test('a byte of code changed after signing breaks the page that it lies on', () => {
  const faults = faultsOf('ios-arm64', (bytes) => {
    bytes.writeUInt8(bytes.readUInt8(0x4010) ^ 1, 0x4010);
  });
  assert.deepEqual(faults, ['its code signature does not match page 4']);
});

test('a signature that covers less than the file, or is not ad hoc, does not hold', () => {
  const directory = (bytes: Buffer) => {
    const start = bytes.readUInt32LE(loadCommand(bytes, 0x1d) + 8);
    return start + bytes.readUInt32BE(start + 16);
  };
  const short = faultsOf('ios-arm64', (bytes) => {
    bytes.writeUInt32BE(4096, directory(bytes) + 32);
  });
  assert.match(short.join(), /its code signature covers 4096 of \d+ bytes/);
  const other = faultsOf('ios-arm64', (bytes) => {
    bytes.writeUInt32BE(0, directory(bytes) + 12);
  });
  assert.deepEqual(other, ['its code signature is not ad hoc']);
  const none = faultsOf('ios-arm64', (bytes) => {
    bytes.writeUInt32LE(0x26, loadCommand(bytes, 0x1d));
  });
  assert.ok(none.includes('no code signature'));
});

test('a segment that is not aligned as its system asks is found', () => {
  const android = faultsOf('android-arm64', (bytes) => {
    bytes.writeBigUInt64LE(4096n, programHeader(bytes, 1) + 48);
  });
  assert.deepEqual(android, ['segments are not aligned to 16 KiB']);
  const linux = faultsOf('linux-arm64', (bytes) => {
    bytes.writeBigUInt64LE(4096n, programHeader(bytes, 1) + 48);
  });
  assert.deepEqual(linux, ['segments are not aligned to 64 KiB']);
  const apart = faultsOf('android-arm64', (bytes) => {
    const at = programHeader(bytes, 1);
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(at + 16) + 8n, at + 16);
  });
  assert.ok(apart.includes('a segment does not lie in the file as in memory'));
  const apple = faultsOf('ios-arm64', (bytes) => {
    const second = loadCommand(bytes, 0x19) + bytes.readUInt32LE(loadCommand(bytes, 0x19) + 4);
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(second + 24) + 4096n, second + 24);
  });
  assert.ok(apple.includes('a segment is not aligned to 16 KiB'));
});

test('rights to write and execute are found, those granted and those that may be', () => {
  const most = faultsOf('ios-arm64', (bytes) => {
    bytes.writeUInt32LE(7, loadCommand(bytes, 0x19) + 56);
  });
  assert.ok(most.includes('a segment is writable and executable'));
  const section = faultsOf('windows-arm64', (bytes) => {
    const optional = bytes.readUInt32LE(60) + 24;
    bytes.writeUInt32LE(0xe0000020, optional + bytes.readUInt16LE(optional - 4) + 36);
  });
  assert.deepEqual(section, ['a section is writable and executable']);
});

test('another processor and another oldest system are found', () => {
  const processors = [
    faultsOf('android-arm64', (bytes) => bytes.writeUInt16LE(62, 18)),
    faultsOf('windows-arm64', (bytes) => bytes.writeUInt16LE(0x8664, bytes.readUInt32LE(60) + 4)),
    faultsOf('ios-arm64', (bytes) => bytes.writeUInt32LE(0x01000007, 4)),
  ];
  for (const faults of processors) assert.ok(faults.includes('its code is for another processor'));
  const version = faultsOf('ios-arm64', (bytes) => {
    bytes.writeUInt32LE(17 << 16, loadCommand(bytes, 0x32) + 12);
  });
  assert.ok(version.includes('made for ios 17.0'));
  const windows = faultsOf('windows-arm64', (bytes) => {
    bytes.writeUInt16LE(10, bytes.readUInt32LE(60) + 24 + 48);
  });
  assert.deepEqual(windows, ['made for windows 10.0']);
});

test('code that runs when a program is loaded is found', () => {
  const windows = faultsOf('windows-arm64', (bytes) => {
    bytes.writeUInt32LE(0x1000, bytes.readUInt32LE(60) + 24 + 16);
  });
  assert.deepEqual(windows, ['it runs code when it is loaded']);
  const android = faultsOf('android-arm64', (bytes) => {
    // DT_RELACOUNT, which only saves time, becomes DT_INIT.
    const [dynamic, count] = [Number(bytes.readBigUInt64LE(programHeader(bytes, 2) + 8)), 0x6ffffff9n];
    let at = dynamic;
    while (bytes.readBigUInt64LE(at) !== count) at += 16;
    bytes.writeBigUInt64LE(12n, at);
  });
  assert.deepEqual(android, ['it runs code when it is loaded']);
});

test('a program that weighs more than its kernels may is found', () => {
  const bytes = Buffer.concat([programs.get('android-arm64')!, Buffer.alloc(200_000)]);
  const faults = inspectionFaults(TARGET_TOOLCHAINS['android-arm64'], bytes, { kernels: 1 });
  assert.deepEqual(faults, [`${bytes.length} bytes are more than 131072 for 1 kernels`]);
});
