// What operators are timed on, and against what: the calls people make, at the sizes where the best variant changes.
// `quick` ones are timed at admission; all of them by the benchmark.

import type { Dtype, Type } from '@everypath/schema';
import type { Operand } from '../descriptor.ts';
import { arrayType, INT, tupleType } from '../value-types.ts';
import type { Specification } from './plan.ts';

export interface Question extends Specification {
  /** The operator as the summary groups it. */
  readonly group: string;
  readonly quick: boolean;
}

const array = (dtype: Dtype, rank: number): Operand => ({
  type: arrayType(dtype, Array<null>(rank).fill(null)),
});
const constant = (type: Type, value: number | readonly number[]): Operand => ({ type, constant: value });
const loose = { kind: 'float', relative: 1e-3, absolute: 1e-2 } as const;

const products = (
  [
    ['float32', [64, 128, 256, 512, 1024]],
    ['float64', [64, 256, 1024]],
  ] as const
).flatMap(([dtype, sizes]) =>
  sizes.map(
    (n): Question => ({
      group: 'matmul',
      quick: n === 256,
      name: `matmul ${dtype} ${n}`,
      call: { callee: 'numpy.matmul', args: [array(dtype, 2), array(dtype, 2)], kwargs: {} },
      cases: [`(rnd(${n}, ${n}, dtype='${dtype}') / 16, rnd(${n}, ${n}, dtype='${dtype}') / 16)`],
      reference: 'np.matmul',
      tolerance: loose,
      peers: {
        SciPy: `(lambda blas: lambda a, b: blas(1.0, a.T, b.T))(__import__("scipy.linalg.blas", fromlist=["x"]).${dtype === 'float32' ? 'sgemm' : 'dgemm'})`,
      },
    }),
  ),
);

const softmaxes = [
  [1, 1000],
  [64, 1000],
  [1024, 1024],
].map(
  ([rows, columns]): Question => ({
    group: 'softmax',
    quick: rows === 64,
    name: `softmax ${rows} x ${columns}`,
    call: {
      callee: 'scipy.special.softmax',
      args: [array('float32', 2)],
      kwargs: { axis: constant(INT, 1) },
    },
    cases: [`(rnd(${rows}, ${columns}),)`],
    reference:
      'lambda x: (lambda e: e / e.sum(axis=1, keepdims=True))(np.exp(x - x.max(axis=1, keepdims=True)))',
    peers: {
      SciPy:
        '(lambda softmax: lambda x: softmax(x, axis=1))(__import__("scipy.special", fromlist=["x"]).softmax)',
    },
  }),
);

const resizes = [64, 224].map(
  (size): Question => ({
    group: 'resize',
    quick: size === 224,
    name: `resize 1080p to ${size}`,
    call: {
      callee: 'PIL.Image.Image.resize',
      args: [
        { type: { kind: 'image', mode: 'RGB' } },
        constant(tupleType([INT, INT]), [size, size]),
        constant(INT, 2),
      ],
      kwargs: {},
    },
    cases: ["(img(1920, 1080, 'RGB'),)"],
    reference: `lambda im: im.resize((${size}, ${size}), Image.BILINEAR)`,
    peers: {
      // The nearest that OpenCV has: it averages boxes where Pillow averages triangles.
      'OpenCV INTER_AREA': `(lambda cv, store: lambda im: cv.resize(store.setdefault(0, np.asarray(im)), (${size}, ${size}), interpolation=cv.INTER_AREA))(__import__("cv2"), {})`,
    },
  }),
);

const ORDERS = [1000, 10_000, 100_000, 1_000_000];
const sorts = (['float32', 'float64', 'int32'] as const).flatMap((dtype) =>
  ORDERS.flatMap((n): readonly Question[] => {
    const cases = [`(rnd(${n}, dtype='${dtype}'),)`];
    const values = dtype === 'int32' ? [`(rng.integers(-2**31, 2**31, ${n}).astype('int32'),)`] : cases;
    return [
      {
        group: 'sort',
        quick: n === 10_000 && dtype === 'float32',
        name: `sort ${dtype} ${n}`,
        call: { callee: 'numpy.sort', args: [array(dtype, 1)], kwargs: {} },
        cases: values,
        reference: 'lambda x: np.sort(x)',
      },
      {
        group: 'argsort',
        quick: n === 10_000 && dtype === 'float32',
        name: `argsort ${dtype} ${n}`,
        call: { callee: 'numpy.argsort', args: [array(dtype, 1)], kwargs: {} },
        cases: values,
        reference: 'lambda x: np.argsort(x, kind="stable")',
        peers: { 'NumPy, unstable': 'lambda x: np.argsort(x)' },
      },
    ];
  }),
);

const topKs = ORDERS.map(
  (n): Question => ({
    group: 'top-k',
    quick: n === 100_000,
    name: `top 10 of ${n}`,
    call: { callee: 'everypath.topk', args: [array('float32', 1), { type: INT }], kwargs: {} },
    cases: [`(rnd(${n}), 10)`],
    reference: 'lambda x, k: np.argsort(x, kind="stable")[:k]',
    peers: {
      'NumPy argpartition': 'lambda x, k: (lambda i: i[np.argsort(x[i])])(np.argpartition(x, k)[:k])',
    },
  }),
);

const reductions = ['sum', 'mean'].flatMap((name) =>
  [1000, 10_000, 100_000, 1_000_000, 10_000_000].map(
    (n): Question => ({
      group: name,
      quick: n === 100_000,
      name: `${name} float32 ${n}`,
      call: { callee: `numpy.${name}`, args: [array('float32', 1)], kwargs: {} },
      cases: [`(np.abs(rnd(${n})),)`],
      reference: `lambda x: np.${name}(x)`,
      tolerance: { kind: 'float', relative: 1e-5, absolute: 1e-6 },
      peers: name === 'mean' ? { 'OpenCV mean': '(lambda cv: lambda x: cv.mean(x))(__import__("cv2"))' } : {},
    }),
  ),
);

const layouts: readonly Question[] = [
  {
    group: 'layout',
    quick: true,
    name: 'HWC to CHW 224 x 224 x 3',
    call: { callee: 'numpy.ascontiguousarray', args: [array('float32', 3)], kwargs: {} },
    cases: ['(rnd(224, 224, 3).transpose(2, 0, 1),)'],
    reference: 'np.ascontiguousarray',
  },
  {
    group: 'convert',
    quick: true,
    name: 'RGBA to RGB 1080p',
    call: {
      callee: 'PIL.Image.Image.convert',
      args: [{ type: { kind: 'image', mode: 'RGBA' } }, { type: { kind: 'str' }, constant: 'RGB' }],
      kwargs: {},
    },
    cases: ["(img(1920, 1080, 'RGBA'), 0)"],
    reference: 'lambda im, _: im.convert("RGB")',
    peers: {
      'OpenCV cvtColor':
        '(lambda cv, store: lambda im, _: cv.cvtColor(store.setdefault(0, np.asarray(im)), cv.COLOR_RGBA2RGB))(__import__("cv2"), {})',
    },
  },
];

/** In the order that the benchmark prints them. */
export const QUESTIONS: readonly Question[] = [
  ...products,
  ...softmaxes,
  ...resizes,
  ...sorts,
  ...topKs,
  ...reductions,
  ...layouts,
];
