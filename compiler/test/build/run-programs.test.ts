// Built programs run: right numbers, tuples and text, Python's exceptions with their traceback, arguments checked,
// latencies recorded.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Program, PythonError } from '@everypath/client';
import { programDescriptionSchema } from '@everypath/schema';
import type { BuildResult } from '../../src/build/build-types.ts';
import { buildFunction } from '../../src/build-function.ts';
import { fmaModule, mixModule, pairModule, wavesModule } from './modules.ts';
import { openBaseline, runnable } from './program-loader.ts';

let folder = '';
let fma: BuildResult;
let mix: BuildResult;
let pair: BuildResult;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'everypath-run-'));
  const options = { cacheDir: join(folder, 'cache'), targets: runnable };
  fma = await buildFunction(fmaModule(), options);
  mix = await buildFunction(mixModule(), { ...options, budget: 6 });
  pair = await buildFunction(pairModule(), options);
});
after(() => rm(folder, { recursive: true, force: true }));

test('every path gives the numbers of the loop as JavaScript computes it', async () => {
  for (const target of runnable) {
    const programs = await openBaseline(fma, target);
    assert.ok(programs.length >= 2);
    for (const program of programs) {
      assert.equal(programDescriptionSchema.parse(program.describe()).nodes[0]?.operator, 'everypath.loop');
      for (const count of [0, 1, 7, 1000]) {
        let expected = 0.3;
        for (let i = 0; i < count; i++) expected = expected * 0.999 + 0.1;
        assert.equal(program.invoke([0.3, 0.999, 0.1, count]), expected);
      }
    }
  }
});

test('telemetry is off at first; on, it counts calls by node and size, and a drain empties it', async () => {
  for (const target of runnable) {
    const [program] = await openBaseline(fma, target);
    program!.invoke([1, 1, 1, 10]);
    assert.deepEqual(program!.drain(), []);
    program!.telemetryMode(1);
    for (let i = 0; i < 40; i++) program!.invoke([1, 1, 1, 5000]);
    program!.invoke([1, 1, 1, 9]);
    const records = program!
      .drain()
      .sort((a, b) => a.node - b.node || (a.features[0] ?? 0) - (b.features[0] ?? 0));
    assert.deepEqual(
      records.map(({ node, calls, features }) => [node, calls, ...features]),
      [
        [0, 1, 9],
        [0, 40, 5000],
        [0xffffffff, 1, 0, 8],
        [0xffffffff, 40, 0, 4096],
      ],
    );
    assert.equal(records[1]?.samplesNs.length, 32);
    assert.deepEqual(program!.drain(), []);
    program!.telemetryMode(2);
    for (let i = 0; i < 200; i++) program!.invoke([1, 1, 1, 100]);
    const timed = program!.drain().reduce((sum, record) => sum + (record.node === 0 ? record.calls : 0), 0);
    assert.ok(timed >= 1 && timed <= 200);
  }
});

test('a chain in one pass and in several gives the same numbers, near and far from zero', async () => {
  const waves = await buildFunction(wavesModule(), { cacheDir: join(folder, 'cache'), targets: runnable });
  const x = Float64Array.from({ length: 700 }, (_, i) => (i === 600 ? 1e9 : (i - 350) / 40));
  const y = Float64Array.from({ length: 700 }, (_, i) => (i % 50 === 0 ? 0 : Math.cos(i) * 3));
  const array = (data: Float64Array) => ({ dtype: 'float64', shape: [data.length], data }) as const;
  for (const target of runnable) {
    const chosen = new Set(waves.publication.variants.flatMap(({ path }) => path));
    assert.ok(chosen.has('unfused') && chosen.has('blocked'), [...chosen].join());
    for (const program of await openBaseline(waves, target)) {
      const result = program.invoke([array(x), array(y)]) as { readonly data: Float64Array };
      result.data.forEach((value, i) => {
        const expected = Math.exp(Math.sin(x[i]!)) * Math.abs(y[i]!) ** x[i]!;
        const close = Math.abs(value - expected) <= 1e-13 * Math.abs(expected);
        assert.ok(value === expected || close, `${x[i]}, ${y[i]}: ${value}, not ${expected}`);
      });
    }
  }
});

const tensor = (data: number[]) =>
  ({ dtype: 'float32', shape: [data.length / 2, 2], data: Float32Array.from(data) }) as const;

test('helpers, branches and maybe-unbound locals; two equal nodes choose apart', async () => {
  assert.equal(mix.publication.nodes.length, 2);
  assert.equal(
    mix.publication.nodes[0]?.specialization.split(';')[1],
    mix.publication.nodes[1]?.specialization.split(';')[1],
  );
  for (const target of runnable) {
    for (const program of await openBaseline(mix, target)) {
      const result = program.invoke([tensor([1, 2, 3, 4]), tensor([5, 6, 7, 8]), 0.5, true]);
      assert.deepEqual(result, tensor([2.5, 6, 10.5, 16]));
    }
  }
});

test("exceptions carry Python's type, message and traceback", async () => {
  for (const target of runnable) {
    const [program] = await openBaseline(mix, target);
    const raised = (...args: Parameters<Program['invoke']>[0]) => {
      try {
        program!.invoke(args);
      } catch (error) {
        if (error instanceof PythonError) return error;
      }
      return assert.fail('it did not raise');
    };
    const one = tensor([1, 2]);
    const error = raised(one, one, 0, true);
    assert.equal(error.type, 'ValueError');
    assert.equal(error.pythonMessage, 'k is "zero" \\ 100%');
    assert.deepEqual(
      error.frames.map((frame) => [frame.function, frame.line]),
      [
        ['mix', 9],
        ['scale', 5],
      ],
    );
    assert.equal(raised(one, one, 1, false).type, 'UnboundLocalError');
  }
});

test('a wrong argument is named, with what was expected and what came', async () => {
  const described = mix.publication;
  for (const target of runnable) {
    // The client is told another signature, so that the program's own checks are met.
    const parameters = described.signature.parameters.map((parameter) =>
      parameter.name === 'k'
        ? { ...parameter, type: { kind: 'int' } as const }
        : { ...parameter, type: { kind: 'array', dtype: 'float64', shape: [null] } as const },
    );
    const [program] = await openBaseline(mix, target, {
      abi: 1,
      tag: described.tag,
      file: described.file,
      signature: { parameters, result: described.signature.result },
      nodes: described.nodes,
    });
    const array = Float64Array.of(1, 2, 3);
    assert.throws(
      () => program!.invoke([array, array, 1, array]),
      /argument 'a': expected float32\[n, 2\], got float64\[3\]/,
    );
    const shapes = described.signature.parameters.map((parameter) =>
      parameter.type.kind === 'array'
        ? { ...parameter, type: { ...parameter.type, shape: [null, null] } }
        : parameter,
    );
    const [loose] = await openBaseline(mix, target, {
      abi: 1,
      tag: described.tag,
      file: described.file,
      signature: { parameters: shapes, result: described.signature.result },
      nodes: described.nodes,
    });
    const two = tensor([1, 2, 3, 4]);
    assert.throws(
      () => loose!.invoke([two, tensor([1, 2]), 1, true]),
      /argument 'b': .*got length 1 on axis 0 where n is 2/,
    );
    const wide = { dtype: 'float32', shape: [1, 3], data: new Float32Array(3) } as const;
    assert.throws(() => loose!.invoke([wide, two, 1, true]), /got length 3 on axis 1 where it is 2/);
  }
});

test('tuples, text and images go in and come out; a borrowed image is copied', async () => {
  for (const target of runnable) {
    const [program] = await openBaseline(pair, target);
    const picture = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) } as const;
    assert.deepEqual(program!.invoke([[7, 'größe "x"'], picture]), ['größe "x"', 7, picture, null]);
    assert.throws(() => program!.invoke([[7], picture] as never));
  }
});
