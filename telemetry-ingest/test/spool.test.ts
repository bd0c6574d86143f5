// The spool against a disk that fails: what was acknowledged is there after any crash, what was refused is not.
// The disk is in memory and knows what has been synced, so a crash can drop the rest.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, readHead, scanFrames } from '../src/spool/frame.ts';
import { Spool, type SpoolOptions } from '../src/spool/spool.ts';
import { SpoolError } from '../src/spool/spool-error.ts';
import { silentLog } from '../src/system.ts';
import { MemoryDisk } from './memory-disk.ts';
import { spooledBatch } from './spooled-batch.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const line = (n: number, samples = 3): Buffer =>
  encodeFrame(spooledBatch({ batch_id: uuid(n), samples, rejected: 0, tag: `é"\\\n${'x'.repeat(n % 50)}` }));

function options(disk: MemoryDisk, limits: Partial<SpoolOptions['limits']> = {}): SpoolOptions {
  let count = 0;
  return {
    directory: '/spool',
    fs: disk,
    random: { uuid: () => uuid(++count) },
    log: silentLog,
    limits: { spoolBytes: 1 << 20, segmentBytes: 1_000, segmentSamples: 1_000, ...limits },
  };
}

async function batchesIn(spool: Spool): Promise<string[]> {
  await spool.seal();
  const found: string[] = [];
  for (const segment of spool.sealed) {
    for (const { head } of scanFrames((await spool.read(segment)).content).frames)
      if (head) found.push(head.batchId);
  }
  return found;
}

test('the checksum of a frame covers every byte of it', () => {
  const content = line(1);
  const device = 18446744073709551615n;
  assert.deepEqual(readHead(content), { batchId: uuid(1), samples: 3, rejected: 0, device });
  for (let at = 0; at < content.length; at++) {
    const altered = Buffer.from(content);
    altered[at] = (altered[at] ?? 0) ^ 1;
    assert.equal(readHead(altered), undefined, `byte ${at}`);
    assert.equal(readHead(content.subarray(0, at)), undefined, `cut at ${at}`);
  }
});

test('an append is on the disk when it resolves, and one sync serves many', async () => {
  const disk = new MemoryDisk();
  const spool = await Spool.open(options(disk, { segmentBytes: 1 << 20 }));
  await Promise.all(Array.from({ length: 100 }, (_, n) => spool.append(line(n), 3)));
  assert.equal(spool.samples, 300);
  assert.ok(disk.datasyncs <= 2, `${disk.datasyncs} syncs`);
  disk.crash();
  const again = await Spool.open(options(disk));
  assert.deepEqual(
    (await batchesIn(again)).sort(),
    Array.from({ length: 100 }, (_, n) => uuid(n)),
  );
});

test('a torn last record is dropped, the ones before it stay', async () => {
  const disk = new MemoryDisk();
  const spool = await Spool.open(options(disk));
  await spool.append(line(1), 3);
  disk.appendTorn('/spool', line(2).subarray(0, 60));
  const again = await Spool.open(options(disk));
  assert.deepEqual(await batchesIn(again), [uuid(1)]);
  assert.equal(again.samples, 3);
  await again.append(line(3), 3);
  assert.deepEqual(await batchesIn(again), [uuid(1), uuid(3)]);
});

for (const [operation, code, kind] of [
  ['write', 'ENOSPC', 'disk-full'],
  ['datasync', 'ENOSPC', 'disk-full'],
  ['create', 'ENOSPC', 'disk-full'],
  ['syncDirectory', 'EIO', 'failed'],
  ['datasync', 'EIO', 'failed'],
] as const) {
  test(`${code} in ${operation}: refused, not half kept, and the spool goes on`, async () => {
    const disk = new MemoryDisk();
    const spool = await Spool.open(options(disk));
    if (operation !== 'create' && operation !== 'syncDirectory') await spool.append(line(1), 3);
    disk.failNext(operation, code);
    await assert.rejects(
      spool.append(line(2), 3),
      (error) => error instanceof SpoolError && error.kind === kind,
    );
    await spool.append(line(3), 3);
    const expected = operation === 'create' || operation === 'syncDirectory' ? [uuid(3)] : [uuid(1), uuid(3)];
    // The process dies: what was written but never synced is still there.
    assert.deepEqual(await batchesIn(await Spool.open(options(disk))), expected);
    // The power goes: it is not.
    disk.crash();
    assert.deepEqual(await batchesIn(await Spool.open(options(disk))), expected);
  });
}

test('a full spool refuses, and takes again once a segment is gone', async () => {
  const disk = new MemoryDisk();
  const spool = await Spool.open(options(disk, { spoolBytes: line(1).length * 2 + 10 }));
  await spool.append(line(1), 3);
  await spool.append(line(1), 3);
  await assert.rejects(spool.append(line(1), 3), { kind: 'full' });
  assert.equal(spool.samples, 6);
  await spool.seal();
  for (const segment of spool.sealed) await spool.remove(segment);
  assert.equal(spool.bytes, 0);
  await spool.append(line(1), 3);
});

test('whatever fails and whenever it stops: acknowledged is kept, and nothing is there twice', async () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'seal' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'load' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('fail' as const),
        operation: fc.constantFrom(
          'write',
          'datasync',
          'create',
          'rename',
          'truncate',
          'remove',
          'syncDirectory',
        ),
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const disk = new MemoryDisk();
      let spool = await Spool.open(options(disk));
      const acknowledged = new Set<string>();
      const loaded = new Set<string>();
      let next = 0;
      for (const action of steps) {
        if (action.kind === 'append') {
          const ids = Array.from({ length: action.count }, () => next++);
          const results = await Promise.allSettled(ids.map((n) => spool.append(line(n), 3)));
          for (const [index, { status }] of results.entries()) {
            if (status === 'fulfilled') acknowledged.add(uuid(ids[index] ?? -1));
          }
        } else if (action.kind === 'seal') {
          await spool.seal().catch(() => {});
        } else if (action.kind === 'load') {
          for (const id of await batchesIn(spool).catch(() => [])) loaded.add(id);
          for (const segment of spool.sealed) await spool.remove(segment);
        } else if (action.kind === 'fail') {
          disk.failNext(action.operation, 'EIO');
        } else {
          disk.crash();
          spool = await Spool.open(options(disk));
        }
      }
      disk.crash();
      spool = await Spool.open(options(disk));
      const kept = await batchesIn(spool);
      assert.equal(new Set(kept).size, kept.length);
      for (const id of acknowledged) assert.ok(kept.includes(id) || loaded.has(id), `${id} is lost`);
    }),
    { numRuns: 300, seed: 20_261_121 },
  );
});
