// Softmax over rows short and long, with infinities and NaN.

import type { Specification } from '../plan.ts';
import { array, number, of, spec } from './parts.ts';

const SOFTMAX =
  'lambda x, axis: (lambda e: e / e.sum(axis=axis, keepdims=True))(np.exp(x - x.max(axis=axis, keepdims=True)))';

export const softmaxes: readonly Specification[] = (['float32', 'float64'] as const).flatMap((dtype) => {
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
