// Products of matrices and vectors.

import type { Specification } from '../plan.ts';
import { array, of, spec } from './parts.ts';

export const products: readonly Specification[] = (['float32', 'float64'] as const).flatMap((dtype) => {
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
        ...layouts('13', '13, 5', scale),
      ],
      'lambda a, b: a @ b',
      {},
      allclose,
    ),
    spec(
      'operator.matmul',
      [matrix, vector],
      layouts('9, 21', '21', scale),
      'lambda a, b: a @ b',
      {},
      allclose,
    ),
    spec(
      'operator.matmul',
      [matrix, matrix],
      layouts('9, 21', '21, 13', scale),
      'lambda a, b: a @ b',
      {},
      allclose,
    ),
  ];
});

/** Operands that a library may take as they lie, and some that it may not: turned, cut, stepped, reversed, repeated. */
function layouts(left: string, right: string, scale: (sizes: string) => string): readonly string[] {
  const [a, b] = [scale(left), scale(right)];
  const each = (how: (operand: string) => string): string => `(${how(a)}, ${how(b)})`;
  return [
    each((x) => `np.asfortranarray(${x})`),
    `(np.asfortranarray(${a}), ${b})`,
    each((x) => `np.pad(${x}, 3)[tuple(slice(3, -3) for _ in (${x}).shape)]`),
    each((x) => `np.asfortranarray(np.pad(${x}, 3))[tuple(slice(3, -3) for _ in (${x}).shape)]`),
    each((x) => `np.repeat(${x}, 2, axis=-1)[..., ::2]`),
    each((x) => `np.repeat(${x}, 3, axis=0)[::3]`),
    each((x) => `(${x})[::-1]`),
    each((x) => `np.broadcast_to((${x})[:1], (${x}).shape)`),
  ];
}

/** Integers wrap: every product is exact. */
export const wholeProducts: readonly Specification[] = (['int32', 'uint8', 'int64'] as const).map((dtype) => {
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
