// Sorts, orders and selections, with ties, NaN and extremes.

import { INT } from '../../value-types.ts';
import type { Specification } from '../plan.ts';
import { array, of, spec, text } from './parts.ts';

export const sorts: readonly Specification[] = (
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
