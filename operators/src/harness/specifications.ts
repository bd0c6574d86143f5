// What every variant must get right, beside NumPy and Pillow: inputs from empty to strided to NaN. The conformance test
// enrols every variant of every operator named here, and fails if an operator is not named.

import type { Dtype, ImageMode, Type } from '@everypath/schema';
import type { Constant, Operand } from '../descriptor.ts';
import { UFUNCS } from '../ufuncs.ts';
import { arrayType, FLOAT, INT, tupleType } from '../value-types.ts';
import type { Specification } from './plan.ts';

const array = (dtype: Dtype, rank: number): Type => arrayType(dtype, Array<null>(rank).fill(null));
const image = (mode: ImageMode): Type => ({ kind: 'image', mode });
const of = (type: Type): Operand => ({ type });
const known = (type: Type, constant: Constant): Operand => ({ type, constant });
const text = (constant: string): Operand => known({ kind: 'str' }, constant);
const number = (value: number): Operand => known(INT, value);

const spec = (
  callee: string,
  args: readonly Operand[],
  cases: readonly string[],
  reference: string,
  kwargs: Readonly<Record<string, Operand>> = {},
  more: Partial<Specification> = {},
): Specification => ({
  name: `${callee} ${args.map(({ type }) => label(type)).join(' ')}`,
  call: { callee, args, kwargs },
  cases,
  reference,
  ...more,
});

const label = (type: Type): string =>
  type.kind === 'array'
    ? `${type.dtype}_${type.shape.length}`
    : type.kind === 'scalar'
      ? type.dtype
      : type.kind;

const f32 = (rank: number): Operand => of(array('float32', rank));
const f64 = (rank: number): Operand => of(array('float64', rank));

const resizeSpec = (mode: ImageMode, width: number, height: number, sizes: readonly [number, number][]) =>
  spec(
    'PIL.Image.Image.resize',
    [of(image(mode)), known(tupleType([INT, INT]), [width, height]), number(2)],
    sizes.map(([w, h]) => `(img(${w}, ${h}, '${mode}'),)`),
    `lambda im: im.resize((${width}, ${height}), Image.BILINEAR)`,
  );

const images: readonly Specification[] = [
  resizeSpec('RGB', 224, 224, [
    [640, 480],
    [224, 300],
    [300, 224],
    [224, 224],
    [97, 31],
    [1, 1],
    [4000, 11],
    [731, 613], // shared between threads
  ]),
  resizeSpec('RGB', 64, 40, [[1100, 700]]),
  resizeSpec('L', 300, 200, [[1300, 900]]),
  resizeSpec('L', 33, 50, [
    [640, 480],
    [16, 16],
    [33, 51],
    [1, 700],
  ]),
  resizeSpec('RGBA', 40, 30, [
    [200, 100],
    [10, 10],
    [40, 30],
    [333, 30],
    [640, 512],
  ]),
  resizeSpec('RGB', 1, 1, [
    [7, 5],
    [2, 300],
    [1, 1],
  ]),
  spec(
    'PIL.Image.Image.resize',
    [of(image('RGB')), of(tupleType([INT, INT])), number(2)],
    ['(img(50, 40), (7, 9))', '(img(50, 40), (0, 9))', '(img(50, 40), (7, -1))'],
    'lambda im, size: im.resize(size, Image.BILINEAR)',
  ),
  ...(['L', 'RGB', 'RGBA'] as const).map((mode) =>
    spec(
      'PIL.Image.Image.convert',
      [of(image(mode)), text('RGB')],
      [`(img(1, 1, '${mode}'),)`, `(img(67, 31, '${mode}'),)`, `(img(16, 3, '${mode}'),)`],
      'lambda im: im.convert("RGB")',
    ),
  ),
  spec(
    'numpy.asarray',
    [of(image('RGB'))],
    ['(img(9, 4),)', '(img(301, 77),)'],
    'lambda im: np.asarray(im, dtype=np.float32)',
    {
      dtype: text('float32'),
    },
  ),
  spec('numpy.asarray', [of(image('L'))], ['(img(9, 4, "L"),)'], 'lambda im: np.asarray(im)'),
  spec(
    'PIL.Image.Image.size',
    [of(image('RGB'))],
    ['(img(9, 4),)'],
    'lambda im: tuple(np.int64(n) for n in im.size)',
  ),
];

const LAYOUTS = [
  'rnd(0, 3, 4)',
  'rnd(1, 1, 1)',
  'rnd(5, 7, 3).transpose(2, 0, 1)',
  'rnd(40, 53, 3).transpose(2, 0, 1)',
  'rnd(64, 33, 4).transpose(2, 1, 0)',
  'rnd(40, 1300, 2).transpose(2, 0, 1)',
  'rnd(6, 5, 4)[::-1, ::2, 1:3]',
  'np.broadcast_to(rnd(1, 5, 1), (3, 5, 4))',
  'holed(9, 8, 7)',
];

const layouts: readonly Specification[] = (['float32', 'uint8', 'float64'] as const).map((dtype) =>
  spec(
    'numpy.ascontiguousarray',
    [of(array(dtype, 3))],
    LAYOUTS.map((each) => `(${each.replaceAll(/(rnd|holed)\(([^)]*)\)/g, `$1($2, dtype='${dtype}')`)},)`),
    'lambda x: np.ascontiguousarray(x)',
  ),
);

const products: readonly Specification[] = (['float32', 'float64'] as const).flatMap((dtype) => {
  const d = `, dtype='${dtype}'`;
  const [matrix, vector] = [of(array(dtype, 2)), of(array(dtype, 1))];
  const allclose =
    dtype === 'float32' ? {} : { tolerance: { kind: 'float', relative: 1e-10, absolute: 1e-10 } as const };
  const scale = (sizes: string): string => `rnd(${sizes}${d}) / 8`;
  return [
    spec(
      'operator.matmul',
      [matrix, vector],
      [
        [3, 4],
        [1, 1],
        [0, 3],
        [3, 0],
        [33, 129],
        [7, 1000],
      ]
        .map(([n, k]) => `(${scale(`${n}, ${k}`)}, ${scale(`${k}`)})`)
        .concat([
          `(holed(9, 21${d}) / 8, holed(21${d}) / 8)`,
          `(holed(9, 21${d}), holed(21${d})[::-1])`.replaceAll('holed', '0.1 * holed'),
          `(${scale('3, 4')}, ${scale('5')})`,
        ]),
      'lambda a, b: a @ b',
      {},
      allclose,
    ),
    spec(
      'numpy.matmul',
      [matrix, matrix],
      [
        [3, 4, 5],
        [1, 1, 1],
        [2, 0, 3],
        [0, 3, 2],
        [37, 300, 65],
        [100, 17, 130],
        [13, 9, 200],
      ]
        .map(([n, k, m]) => `(${scale(`${n}, ${k}`)}, ${scale(`${k}, ${m}`)})`)
        .concat([
          `(0.1 * holed(9, 21${d}), (0.1 * holed(30, 21${d})).T)`,
          `(${scale('3, 4')}, ${scale('5, 2')})`,
        ]),
      'lambda a, b: a @ b',
      {},
      allclose,
    ),
    spec(
      'numpy.dot',
      [vector, vector],
      [0, 1, 7, 64, 1001].map((n) => `(${scale(`${n}`)}, ${scale(`${n}`)})`),
      'lambda a, b: np.dot(a, b)',
      {},
      allclose,
    ),
    spec(
      'operator.matmul',
      [vector, matrix],
      [`(${scale('4')}, ${scale('4, 70')})`],
      'lambda a, b: a @ b',
      {},
      allclose,
    ),
    // Large enough for several threads, and with rows left over.
    spec(
      'numpy.matmul',
      [matrix, matrix],
      [`(${scale('203, 259')}, ${scale('259, 550')})`],
      'lambda a, b: a @ b',
      {},
      allclose,
    ),
    spec(
      'operator.matmul',
      [matrix, vector],
      [`(${scale('801, 700')}, ${scale('700')})`],
      'lambda a, b: a @ b',
      {},
      allclose,
    ),
    spec(
      'operator.matmul',
      [vector, matrix],
      [
        `(${scale('0')}, ${scale('0, 3')})`,
        `(${scale('13')}, ${scale('13, 5')})`,
        `(${scale('700')}, ${scale('700, 1203')})`,
      ],
      'lambda a, b: a @ b',
      {},
      allclose,
    ),
  ];
});

/** Integers wrap: every product is exact. */
const wholeProducts: readonly Specification[] = (['int32', 'uint8', 'int64'] as const).map((dtype) => {
  const d = `, dtype='${dtype}'`;
  return spec(
    'numpy.matmul',
    [of(array(dtype, 2)), of(array(dtype, 2))],
    [
      `(rnd(37, 70${d}), rnd(70, 45${d}))`,
      `(rnd(3, 5${d}) * 77, rnd(5, 2${d}) * 99)`,
      `(holed(5, 9${d}), rnd(9, 3${d}))`,
    ],
    'lambda a, b: a @ b',
  );
});

const REDUCED = (dtype: Dtype): readonly string[] =>
  [`rnd(1, 1`, `rnd(7, 5`, `rnd(300, 700`, `odd(4, 40`, `holed(9, 33`, `rnd(3, 4097`].map(
    (each) => `(${each}, dtype='${dtype}'),)`,
  );

const reductions: readonly Specification[] = (['float32', 'float64', 'int32', 'uint8', 'bool'] as const)
  .flatMap((dtype) => {
    const matrix = of(array(dtype, 2));
    // The last two are large enough for several threads, by rows and by parts of rows.
    const large = dtype === 'float32' ? ['(rnd(600, 700),)', '(rnd(4, 70001),)'] : [];
    const cases = [...REDUCED(dtype), ...large];
    // Sums that cancel have no relative error to speak of: floats are taken without their sign.
    const tame = cases
      .filter((each) => !each.includes('odd'))
      .map((each) => (dtype.startsWith('float') ? `(np.abs(${each.slice(1, -2)}),)` : each));
    const empty = `(np.zeros((0, 3), '${dtype}'),)`;
    return [
      ...['sum', 'mean', 'max', 'min', 'any', 'all'].flatMap((name) => [
        spec(
          `numpy.${name}`,
          [matrix],
          [...(name === 'sum' || name === 'mean' ? tame : cases), empty],
          `lambda x: np.${name}(x)`,
        ),
        spec(
          `numpy.ndarray.${name}`,
          [matrix],
          name === 'sum' || name === 'mean' ? tame : cases,
          `lambda x: x.${name}(axis=1)`,
          { axis: number(1) },
        ),
        spec(
          `numpy.${name}`,
          [matrix],
          name === 'sum' || name === 'mean' ? tame : [...cases, empty],
          `lambda x: np.${name}(x, axis=0)`,
          { axis: number(-2) },
        ),
      ]),
      spec('numpy.max', [matrix], cases, 'lambda x: np.max(x, axis=1, keepdims=True)', {
        axis: number(1),
        keepdims: known({ kind: 'bool' }, true),
      }),
      spec('numpy.prod', [matrix], [`(rnd(2, 3, dtype='${dtype}'),)`], 'lambda x: np.prod(x)'),
      spec('numpy.linalg.norm', [matrix], tame, 'lambda x: np.linalg.norm(x)'),
      spec(
        'numpy.linalg.norm',
        [matrix],
        [...tame, ...cases.filter((each) => each.includes('odd'))],
        'lambda x: np.linalg.norm(x, axis=1)',
        { axis: number(1) },
      ),
      spec('numpy.var', [matrix], [...tame, empty], 'lambda x: np.var(x)'),
      spec('numpy.std', [matrix], tame, 'lambda x: np.std(x, axis=1, keepdims=True)', {
        axis: number(1),
        keepdims: known({ kind: 'bool' }, true),
      }),
      spec('numpy.ndarray.var', [matrix], [...tame, ...large], 'lambda x: x.var(axis=0)', {
        axis: number(0),
      }),
      ...['argmax', 'argmin'].flatMap((name) => [
        spec(`numpy.${name}`, [matrix], [...cases, empty], `lambda x: np.${name}(x)`),
        spec(`numpy.${name}`, [matrix], cases, `lambda x: np.${name}(x, axis=0)`, { axis: number(0) }),
        spec(`numpy.${name}`, [matrix], cases, `lambda x: np.${name}(x, axis=1)`, { axis: number(1) }),
      ]),
    ];
  })
  .filter(({ name }) => !/norm (bool|uint8)/.test(name));

/** SciPy's own definition, without SciPy. */
const SOFTMAX =
  'lambda x, axis: (lambda e: e / e.sum(axis=axis, keepdims=True))(np.exp(x - x.max(axis=axis, keepdims=True)))';

const softmaxes: readonly Specification[] = (['float32', 'float64'] as const).flatMap((dtype) => {
  const d = `, dtype='${dtype}'`;
  const rows = [
    `rnd(1, 1${d})`,
    `rnd(7, 5${d})`,
    `rnd(0, 4${d})`,
    `rnd(3, 0${d})`,
    `rnd(33, 1500${d}) * 9`,
    `odd(40, 20${d})`,
    `holed(9, 33${d})`,
    `np.full((2, 3000), -np.inf${d})`,
    `np.concatenate([np.full(2100, -np.inf), rnd(90, dtype='float64'), [1e4, 3]])[None].astype('${dtype}')`,
  ];
  const specOf = (rank: number, axis: number | null, cases: readonly string[]): Specification =>
    spec(
      'scipy.special.softmax',
      [of(array(dtype, rank))],
      cases.map((each) => `(${each},)`),
      `lambda x: (${SOFTMAX})(x, ${axis ?? 'None'})`,
      axis === null ? {} : { axis: number(axis) },
    );
  return [
    specOf(2, -1, [...rows, `rnd(70, 900${d})`, `rnd(2, 70001${d})`]),
    specOf(
      2,
      0,
      rows.filter((each) => !each.startsWith('rnd(0')),
    ),
    specOf(3, 1, [`rnd(3, 5, 300${d})`, `odd(2, 7, 3${d})`]),
    specOf(1, null, [`rnd(1${d})`, `rnd(0${d})`, `odd(50${d})`]),
  ];
});

const sorts: readonly Specification[] = (
  ['float32', 'float64', 'int32', 'uint64', 'int16', 'uint8'] as const
).flatMap((dtype) => {
  const d = `, dtype='${dtype}'`;
  const vectors = [
    `rnd(0${d})`,
    `rnd(1${d})`,
    `odd(23${d})`,
    `odd(1000${d})`,
    `rnd(5000${d})`,
    `holed(77${d})`,
    `extreme(129${d})`,
    `np.zeros(300, '${dtype}')`,
    `np.arange(2000).astype('${dtype}')`,
  ];
  // Enough for several threads, with many ties.
  const large = `odd(70001${d})`;
  const k = [-3, 0, 1, 7, 100, 10000];
  return [
    spec(
      'numpy.argsort',
      [of(array(dtype, 1))],
      [...vectors, large].map((each) => `(${each},)`),
      'lambda x: np.argsort(x, kind="stable")',
      { kind: text('stable') },
    ),
    spec(
      'numpy.argsort',
      [of(array(dtype, 2))],
      [`(odd(5, 33${d}),)`, `(rnd(3, 0${d}),)`],
      'lambda x: np.argsort(x, axis=-1, kind="stable")',
    ),
    spec(
      'numpy.sort',
      [of(array(dtype, 1))],
      [...vectors, large].map((each) => `(${each},)`),
      'lambda x: np.sort(x)',
    ),
    spec(
      'numpy.sort',
      [of(array(dtype, 2))],
      [`(odd(5, 333${d}),)`, `(rnd(3, 0${d}),)`, `(holed(9, 40${d}),)`],
      'lambda x: np.sort(x, axis=-1)',
    ),
    spec(
      'everypath.topk',
      [of(array(dtype, 1)), of(INT)],
      vectors.flatMap((each) => k.map((count) => `(${each}, ${count})`)),
      'lambda x, k: np.argsort(x, kind="stable")[:k]',
    ),
  ];
});

/** Where a ufunc's libm answer is compared: its own domain, without integers to negative powers. */
const maps: readonly Specification[] = [
  ...UFUNCS.flatMap(({ fn, arity, loops }) => {
    const dtypes: readonly Dtype[] =
      loops.kind === 'same' && loops.floats === false
        ? ['int32', 'uint8']
        : loops.kind === 'float' || loops.kind === 'divide'
          ? ['float32', 'float64', 'int32']
          : ['float32', 'float64', 'int32', 'uint8'];
    return dtypes.map((dtype) => {
      const draw = (shape: string): string =>
        ['left_shift', 'right_shift'].includes(fn)
          ? `np.abs(rnd(${shape}, dtype='${dtype}')) % 40`
          : `odd(${shape}, dtype='${dtype}')`;
      const shapes =
        arity === 1
          ? [['7, 5'], ['0, 3'], ['33, 70']]
          : [
              ['7, 5', '7, 5'],
              ['3, 1', '1, 700'],
              ['33, 70', '33, 70'],
            ];
      const cases = shapes.map((each) => `(${each.map(draw).join(', ')},)`);
      const cast = fn.endsWith('shift') ? `.astype('${dtype}')` : '';
      return spec(
        `numpy.${fn}`,
        Array<Operand>(arity).fill(of(array(dtype, 2))),
        cast ? cases.map((each) => `tuple(x${cast} for x in ${each})`) : cases,
        `np.${fn}`,
      );
    });
  }),
];

const promotions: readonly Specification[] = [
  spec(
    'operator.mul',
    [of(array('uint8', 2)), f32(1)],
    ["(rnd(4, 3, dtype='uint8'), rnd(3))"],
    'lambda a, b: a * b',
  ),
  spec(
    'operator.add',
    [of(array('int32', 1)), of(array('uint32', 1))],
    ["(rnd(4, dtype='int32'), rnd(4, dtype='uint32'))"],
    'lambda a, b: a + b',
  ),
  spec('operator.sub', [f32(2), of(FLOAT)], ['(rnd(4, 300), 2.5)'], 'lambda a, b: a - b'),
  spec('operator.sub', [of(FLOAT), f64(2)], ['(2.5, holed(4, 300, dtype="float64"))'], 'lambda a, b: a - b'),
  spec(
    'operator.truediv',
    [of(array('int64', 1)), of(INT)],
    ["(rnd(9, dtype='int64'), 3)"],
    'lambda a, b: a / b',
  ),
  spec(
    'operator.add',
    [f32(2), f32(2)],
    ['(rnd(3, 4), rnd(4, 3))', '(rnd(3, 4), rnd(1, 4))'],
    'lambda a, b: a + b',
  ),
  spec(
    'numpy.where',
    [of(array('bool', 2)), f32(2), f32(1)],
    ['(rnd(5, 300) > 0, rnd(5, 300), rnd(300))'],
    'np.where',
  ),
  spec('numpy.clip', [f32(2), of(FLOAT), of(FLOAT)], ['(odd(5, 300), -1.5, 2.0)'], 'np.clip'),
  spec('numpy.power', [f32(1), f32(1)], ['(odd(50), odd(50))'], 'np.power'),
  spec('operator.pow', [f64(1), number(2)], ["(odd(50, dtype='float64'), 2)"], 'lambda a, b: a ** b'),
  spec(
    'numpy.ndarray.astype',
    [f64(1), text('int32')],
    ["(rnd(50, dtype='float64') * 1e3, 0)"],
    'lambda a, _: a.astype(np.int32)',
  ),
  spec(
    'numpy.ndarray.astype',
    [f64(1), text('uint8')],
    ["(np.abs(rnd(50, dtype='float64')) * 20, 0)"],
    'lambda a, _: a.astype(np.uint8)',
  ),
  spec(
    'operator.add',
    [of(array('float32', 4)), of(array('float32', 3))],
    ['(rnd(2, 3, 4, 5).transpose(3, 1, 0, 2), rnd(3, 1, 4))'],
    'lambda a, b: a + b',
  ),
];

const preprocess: Specification = {
  name: 'fused (image - mean) / std',
  call: { callee: 'everypath.fused', args: [of(image('RGB')), f32(1), f32(1)], kwargs: {} },
  cases: ['(img(224, 224), rnd(3), rnd(3))', '(img(5, 3), rnd(1), rnd(3))', '(img(7, 9), rnd(4), rnd(3))'],
  reference: 'lambda im, m, s: (np.asarray(im, dtype=np.float32) / 255.0 - m) / s',
  body: {
    operator: 'everypath.fused',
    result: array('float32', 3),
    source:
      'using Output = float; static Output apply(uint8_t x0, float x1, float x2) { using namespace ep::scalar; ' +
      'return divide<float>(subtract<float>(divide<float>(ep::as<float>(x0), 255.0f), x1), x2); }',
  },
};

/** Large enough for several threads, contiguous and not, with the vectorised functions. */
const activation: Specification = {
  name: 'fused tanh(x) / (1 + exp(-y))',
  call: { callee: 'everypath.fused', args: [f32(2), f32(2)], kwargs: {} },
  cases: ['(odd(7, 5), odd(7, 5))', '(rnd(700, 301), holed(700, 301))', '(odd(1, 5), odd(40000, 1))'],
  reference: 'lambda x, y: np.tanh(x) / (1 + np.exp(-y))',
  body: {
    operator: 'everypath.fused',
    result: array('float32', 2),
    source:
      'using Output = float; static Output apply(float x0, float x1) { using namespace ep::scalar; ' +
      'return divide<float>(tanh<float>(x0), add<float>(1.0f, exp<float>(negative<float>(x1)))); }',
  },
};

const loop: Specification = {
  name: 'loop x * y + z',
  call: { callee: 'everypath.loop', args: [of(FLOAT), of(FLOAT), of(FLOAT), of(INT)], kwargs: {} },
  cases: ['(1.1, 0.9, 0.3, 1000)', '(1.1, 1e200, 0.3, 0)'],
  reference:
    'lambda x, y, z, n: __import__("functools").reduce(lambda a, _: a * y + z, range(n), np.float64(x))',
  body: {
    operator: 'everypath.loop',
    result: FLOAT,
    source:
      'static ep::Status run(ep::Frame&, double x, double y, double z, int64_t n, double& out) ' +
      '{ for (int64_t i = 0; i < n; ++i) x = x * y + z; out = x; return EP_OK; }',
  },
};

const both = tupleType([array('float32', 1), array('float32', 1)]);
const item = (value: Operand) => ({ kind: 'value', operand: value }) as const;
const slice = (start: Operand | null, stop: Operand | null, step: Operand | null) =>
  ({ kind: 'slice', start, stop, step }) as const;
const at = (
  name: string,
  rank: number,
  items: Extract<Specification['call'], { subscript: unknown }>['subscript'],
  cases: readonly string[],
  reference: string,
): Specification => ({
  name: `subscript ${name}`,
  call: { object: array('float32', rank), subscript: items },
  cases,
  reference,
});
const i = of(INT);

const primitives: readonly Specification[] = [
  at(
    '[i]',
    2,
    [item(i)],
    ['(rnd(3, 4), 1)', '(rnd(3, 4), -3)', '(rnd(3, 4), 3)', '(rnd(3, 4), -4)'],
    'lambda x, i: x[i]',
  ),
  at(
    '[i, j]',
    2,
    [item(i), item(i)],
    ['(rnd(3, 4), 1, 2)', '(rnd(3, 4), -1, -4)', '(rnd(3, 4), 0, 4)'],
    'lambda x, i, j: x[i, j]',
  ),
  at(
    '[i:j:k]',
    1,
    [slice(i, i, i)],
    [
      '(rnd(9), 1, 7, 2)',
      '(rnd(9), 8, -10, -3)',
      '(rnd(9), -4, 100, 1)',
      '(rnd(9), 5, 2, 1)',
      '(rnd(9), 0, 5, 0)',
      '(rnd(0), 0, 5, 1)',
    ],
    'lambda x, i, j, k: x[i:j:k]',
  ),
  at(
    '[:k]',
    1,
    [slice(null, i, null)],
    ['(rnd(9), 4)', '(rnd(9), -2)', '(rnd(9), 40)'],
    'lambda x, k: x[:k]',
  ),
  at('[::-1]', 1, [slice(null, null, number(-1))], ['(rnd(9), -1)', '(rnd(0), -1)'], 'lambda x, _: x[::-1]'),
  at(
    '[..., i, None]',
    3,
    [{ kind: 'ellipsis' }, item(i), { kind: 'newaxis' }],
    ['(holed(2, 3, 4), 1)'],
    'lambda x, i: x[..., i, None]',
  ),
  spec(
    'numpy.ndarray.transpose',
    [f32(3), number(2), number(0), number(1)],
    ['(rnd(2, 3, 4), 2, 0, 1)'],
    'lambda x, *_: x.transpose(2, 0, 1)',
  ),
  spec('numpy.ndarray.T', [f32(2)], ['(rnd(2, 3),)'], 'lambda x: x.T'),
  spec('numpy.ndarray.shape', [f32(2)], ['(rnd(2, 3),)'], 'lambda x: tuple(np.int64(n) for n in x.shape)'),
  spec(
    'numpy.ndarray.reshape',
    [f32(2), i, i],
    ['(rnd(4, 3), 2, -1)', '(holed(4, 3), 6, 2)', '(rnd(4, 3), 5, 2)', '(rnd(4, 3), -1, 5)'],
    'lambda x, *s: x.reshape(*s)',
  ),
  spec('numpy.reshape', [f32(2), of(tupleType([INT, INT, INT]))], ['(rnd(4, 3), (2, 2, 3))'], 'np.reshape'),
  spec('numpy.ravel', [f32(2)], ['(holed(4, 3),)'], 'np.ravel'),
  spec('numpy.expand_dims', [f32(2), number(-1)], ['(rnd(4, 3), -1)'], 'np.expand_dims'),
  spec(
    'numpy.stack',
    [of(both)],
    ['((rnd(4), rnd(4)),)', '((rnd(4), rnd(5)),)', '((holed(4), rnd(4)),)'],
    'np.stack',
  ),
  spec('numpy.stack', [of(both)], ['((rnd(4), rnd(4)),)'], 'lambda t: np.stack(t, axis=1)', {
    axis: number(1),
  }),
  spec('numpy.concatenate', [of(both)], ['((rnd(4), holed(3)),)'], 'np.concatenate'),
  spec('numpy.array', [of(tupleType([INT, FLOAT]))], ['((1, 2.5),)'], 'np.array'),
  spec('numpy.zeros', [of(tupleType([INT, INT]))], ['((2, 3),)', '((2, -3),)'], 'np.zeros'),
  spec('numpy.full', [i, of(FLOAT)], ['(4, 2.5)'], 'np.full'),
  spec('numpy.arange', [i], ['(5,)', '(0,)', '(-2,)'], 'np.arange'),
  spec(
    'numpy.arange',
    [of(FLOAT), of(FLOAT), of(FLOAT)],
    ['(0.0, 1.0, 0.1)', '(1.0, 0.0, -0.3)'],
    'np.arange',
  ),
  spec(
    'numpy.array',
    [known({ kind: 'list', item: FLOAT }, [0.485, 0.456, 0.406])],
    ['([0.485, 0.456, 0.406],)'],
    'lambda x: np.array(x, dtype=np.float32)',
    { dtype: text('float32') },
  ),
];

export const SPECIFICATIONS: readonly Specification[] = [
  ...images,
  ...layouts,
  ...products,
  ...wholeProducts,
  ...reductions,
  ...softmaxes,
  ...sorts,
  ...maps,
  ...promotions,
  ...primitives,
  preprocess,
  activation,
  loop,
];
