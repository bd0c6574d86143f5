// The bytes between the prover and a runner: replies survive any cutting of the stream, arguments and answers survive
// the way there and back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArgumentError, PythonError } from '@everypath/client';
import type { Type } from '@everypath/schema';
import {
  ARENA_BASE,
  createReplyReader,
  PAYLOAD_BASE,
  type RunnerReply,
} from '../../src/emulators/protocol.ts';
import { recordedProgram } from '../../src/emulators/recorded-program.ts';

function reply(kind: number, index: number, text: string): Buffer {
  const head = Buffer.alloc(32);
  head.writeUInt32LE(kind, 0);
  head.writeUInt32LE(index, 4);
  head.writeInt32LE(-7, 12);
  head.writeBigUInt64LE(BigInt(text.length), 24);
  return Buffer.concat([head, Buffer.from(text)]);
}

test('replies come out the same however the stream is cut', () => {
  const stream = Buffer.concat([reply(1, 0, ''), reply(2, 0, 'says'), reply(4, 3, 'bytes'), reply(5, 0, '')]);
  for (const size of [1, 7, 31, 32, 33, stream.length]) {
    const replies: RunnerReply[] = [];
    const read = createReplyReader((one) => replies.push(one));
    for (let at = 0; at < stream.length; at += size) read(stream.subarray(at, at + size));
    assert.deepEqual(
      replies.map(({ kind, index, bytes }) => [kind, index, Buffer.from(bytes).toString()]),
      [
        ['taken', 0, ''],
        ['opened', 0, 'says'],
        ['answered', 3, 'bytes'],
        ['ended', 0, ''],
      ],
    );
    assert.equal(replies[2]?.status, -7);
  }
});

test('bytes that are no reply are refused', () => {
  const read = createReplyReader(() => undefined);
  assert.throws(() => read(reply(9, 0, '')), /something else than a reply/);
});

const vector: Type = { kind: 'array', dtype: 'float64', shape: [null] };
const describing = (parameter: Type, result: Type) => ({
  abi: 1 as const,
  tag: '@test/p',
  file: 'p.py',
  signature: { parameters: [{ name: 'x', type: parameter }], result },
  nodes: [],
});

test('a call is captured as the bytes that a program reads, the same each time', () => {
  const recorded = recordedProgram(describing(vector, vector));
  const x = { data: Float64Array.of(1.5, -2), shape: [2] };
  const first = recorded.capture([x]);
  recorded.capture([{ data: Float64Array.of(9, 9, 9), shape: [3] }]);
  assert.deepEqual(recorded.capture([x]), first);
  const view = new DataView(first.bytes.buffer);
  const data = Number(view.getBigUint64(first.arguments + 16, true)) - ARENA_BASE;
  assert.deepEqual([first.count, view.getFloat64(data, true), view.getFloat64(data + 8, true)], [1, 1.5, -2]);
  assert.throws(() => recorded.capture(['text']), ArgumentError);
});

test('an answer is read back with what it points to; one that points elsewhere is refused', () => {
  const recorded = recordedProgram(describing({ kind: 'int' }, vector));
  const answer = Buffer.alloc(192);
  answer.writeUInt32LE(7, 0); // EP_ARRAY
  answer.writeUInt32LE(11, 4); // EP_FLOAT64
  answer.writeUInt32LE(1, 8);
  answer.writeBigUInt64LE(BigInt(PAYLOAD_BASE + 176), 16);
  answer.writeBigInt64LE(2n, 40);
  answer.writeDoubleLE(0.25, 176);
  answer.writeDoubleLE(Number.NEGATIVE_INFINITY, 184);
  const value = recorded.replay([1], { status: 0, bytes: answer });
  assert.deepEqual(value, {
    data: Float64Array.of(0.25, Number.NEGATIVE_INFINITY),
    shape: [2],
    dtype: 'float64',
  });
  answer.writeBigInt64LE(3n, 40);
  assert.throws(() => recorded.replay([1], { status: 0, bytes: answer }), /points outside itself/);
});

test('an error is thrown as the client throws it', () => {
  const recorded = recordedProgram(describing({ kind: 'int' }, { kind: 'int' }));
  const answer = Buffer.alloc(176 + 1024);
  answer.writeUInt32LE(1, 176);
  answer.write('ValueError', 176 + 8);
  answer.write('no such thing', 176 + 64);
  assert.throws(
    () => recorded.replay([1], { status: 1, bytes: answer }),
    (error) =>
      error instanceof PythonError && error.type === 'ValueError' && error.pythonMessage === 'no such thing',
  );
});
