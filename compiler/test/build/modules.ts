// The functions that the back end's tests build: the fma loop, the photograph's preprocessing, and one that uses a
// helper, a branch, a maybe-unbound local and an exception.

import type { Type } from '@everypath/schema';
import type { IrModule } from '../../src/ir/ir.ts';
import { apply, BOOL, FLOAT, INT, input, makeFunction, makeModule } from './module-builder.ts';

/** `for i in range(n): a = a * y + z`, starting from x. */
export function fmaModule(tag = '@test/fma'): IrModule {
  const entry = makeFunction('entry', 'fma', [FLOAT, FLOAT, FLOAT, INT], FLOAT, (region, x, y, z, n) => {
    const zero = region.constant(INT, 0);
    region.line = 3;
    const loop = region.makeLoop([zero, x!], [FLOAT], (body, i, value) => {
      const more = body.map('less', 'int64', BOOL, i!, n!);
      body.branch(
        more,
        [],
        (then) => {
          then.line = 4;
          const product = then.map('multiply', 'float64', FLOAT, value!, y!);
          const sum = then.map('add', 'float64', FLOAT, product, z!);
          const next = then.map('add', 'int64', INT, i!, then.constant(INT, 1));
          then.leave('continue', next, sum);
        },
        (otherwise) => otherwise.leave('break', value!),
      );
    });
    const captures = [zero, x!, y!, z!, n!];
    region.return(
      region.kernel('everypath.loop', FLOAT, captures, { body: { kind: 'loop', captures, loop } }),
    );
  });
  const parameters = ['x', 'y', 'z'].map((name) => ({ name, type: FLOAT }));
  return makeModule(tag, 'fma.py', [...parameters, { name: 'n', type: INT }], FLOAT, [entry]);
}

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];
const vector: Type = { kind: 'array', dtype: 'float32', shape: [3] };
const hwc: Type = { kind: 'array', dtype: 'float32', shape: [224, 224, 3] };
const chw: Type = { kind: 'array', dtype: 'float32', shape: [3, 224, 224] };
const rgb: Type = { kind: 'image', mode: 'RGB' };

/** Photograph to normalised CHW tensor: four nodes with a choice. */
export function preprocessModule(): IrModule {
  const entry = makeFunction('entry', 'preprocess', [{ kind: 'image', mode: null }], chw, (region, image) => {
    const converted = region.kernel('PIL.Image.Image.convert[RGB]', rgb, [image!]);
    const size = region.constant({ kind: 'tuple', items: [INT, INT] }, [224, 224]);
    const resized = region.kernel('PIL.Image.Image.resize[bilinear]', rgb, [converted, size]);
    const mean = region.constant(vector, { array: { dtype: 'float32', shape: [3], data: MEAN } });
    const std = region.constant(vector, { array: { dtype: 'float32', shape: [3], data: STD } });
    const scaled = apply('divide', 'float32', input(0), { kind: 'literal', value: 255, dtype: 'float32' });
    const root = apply('divide', 'float32', apply('subtract', 'float32', scaled, input(1)), input(2));
    const normalised = region.kernel('everypath.fused', hwc, [resized, mean, std], {
      body: { kind: 'expression', inputs: ['uint8', 'float32', 'float32'], root },
    });
    const turned = region.primitive('transpose', chw, [normalised], { attributes: { a0: 2, a1: 0, a2: 1 } });
    region.return(region.kernel('numpy.ascontiguousarray', chw, [turned]));
  });
  return makeModule(
    '@test/preprocess',
    'preprocess.py',
    [{ name: 'image', type: { kind: 'image', mode: null } }],
    chw,
    [entry],
  );
}
