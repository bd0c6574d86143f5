// The functions that the back end's tests build: the fma loop, a product, the photograph's preprocessing, and one that
// uses a helper, a branch, a maybe-unbound local and an exception.

import type { Type } from '@everypath/schema';
import type { Expression, IrModule } from '../../src/ir/ir.ts';
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

/** The product of two matrices: one node, which a library of the system may serve. */
export function productModule(): IrModule {
  const matrix: Type = { kind: 'array', dtype: 'float32', shape: [null, null] };
  const entry = makeFunction('entry', 'product', [matrix, matrix], matrix, (region, a, b) => {
    region.return(region.kernel('numpy.matmul', matrix, [a!, b!]));
  });
  const parameters = ['a', 'b'].map((name) => ({ name, type: matrix }));
  return makeModule('@test/product', 'product.py', parameters, matrix, [entry]);
}

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

/**
 * A helper that raises, a branch that leaves a local unbound, arrays with named dimensions, and two equal fused nodes:
 * `def scale(a, k): if k == 0.0: raise …; return a * k` and `def mix(a, b, k, swap): …`.
 */
export function mixModule(): IrModule {
  const array: Type = { kind: 'array', dtype: 'float32', shape: ['n', 2] };
  const product = apply('multiply', 'float32', input(0), input(1));
  const body = { kind: 'expression', inputs: ['float32', 'float32'], root: product } as const;
  const float32: Type = { kind: 'scalar', dtype: 'float32' };
  const scale = makeFunction('scale#1', 'scale', [array, FLOAT], array, (region, a, k) => {
    region.line = 4;
    const zero = region.map('equal', 'float64', BOOL, k!, region.constant(FLOAT, 0));
    region.branch(
      zero,
      [],
      (then) => {
        then.line = 5;
        then.raise('ValueError', 'k is "zero" \\ 100%');
      },
      (otherwise) => {
        const factor = otherwise.map('cast', 'float64', float32, k!);
        otherwise.return(otherwise.kernel('everypath.fused', array, [a!, factor], { body }));
      },
    );
  });
  const entry = makeFunction('entry', 'mix', [array, array, FLOAT, BOOL], array, (region, a, b, k, swap) => {
    region.line = 9;
    const scaled = region.call('scale#1', array, a!, k!);
    const nothing = region.unbound(array);
    const [chosen] = region.branch(
      swap!,
      [{ kind: 'maybe', of: array }],
      (then) => then.leave('yield', b!),
      (otherwise) => otherwise.leave('yield', nothing),
    );
    region.line = 12;
    const isBound = region.primitive('is_bound', BOOL, [chosen!]);
    region.branch(
      isBound,
      [],
      (then) => then.leave('yield'),
      (otherwise) => otherwise.raise('UnboundLocalError', "cannot access local variable 'c'"),
    );
    const bound = region.primitive('unwrap', array, [chosen!]);
    region.return(region.kernel('everypath.fused', array, [scaled, bound], { body }));
  });
  const parameters = [
    { name: 'a', type: array },
    { name: 'b', type: array },
    { name: 'k', type: FLOAT },
    { name: 'swap', type: BOOL },
  ];
  return makeModule('@test/mix', 'mix.py', parameters, array, [entry, scale]);
}

/** `def waves(x, y): return np.exp(np.sin(x)) * np.power(np.abs(y), x)`: several costly functions in one chain. */
export function wavesModule(): IrModule {
  const array: Type = { kind: 'array', dtype: 'float64', shape: ['n'] };
  const of = (fn: string, ...args: readonly Expression[]) => apply(fn, 'float64', ...args);
  const root = of(
    'multiply',
    of('exp', of('sin', input(0))),
    of('power', of('absolute', input(1)), input(0)),
  );
  const entry = makeFunction('entry', 'waves', [array, array], array, (region, x, y) => {
    const body = { kind: 'expression', inputs: ['float64', 'float64'], root } as const;
    region.return(region.kernel('everypath.fused', array, [x!, y!], { body }));
  });
  const parameters = ['x', 'y'].map((name) => ({ name, type: array }));
  return makeModule('@test/waves', 'waves.py', parameters, array, [entry]);
}

/** `def pair(n, text): return (n, text, image)`: tuples in and out, text, an image that is only passed through. */
export function pairModule(): IrModule {
  const image: Type = { kind: 'image', mode: 'RGB' };
  const pair: Type = { kind: 'tuple', items: [INT, { kind: 'str' }] };
  const result: Type = { kind: 'tuple', items: [{ kind: 'str' }, INT, image, { kind: 'none' }] };
  const entry = makeFunction('entry', 'pair', [pair, image], result, (region, both, picture) => {
    const text = region.primitive('tuple_get', { kind: 'str' }, [both!], { attributes: { index: 1 } });
    const number = region.primitive('tuple_get', INT, [both!], { attributes: { index: 0 } });
    const none = region.constant({ kind: 'none' }, null);
    region.return(region.primitive('tuple', result, [text, number, picture!, none]));
  });
  return makeModule(
    '@test/pair',
    'pair.py',
    [
      { name: 'both', type: pair },
      { name: 'picture', type: image },
    ],
    result,
    [entry],
  );
}
