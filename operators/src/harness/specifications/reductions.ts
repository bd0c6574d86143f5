// Reductions, norms, variances and extremes, over everything and along an axis.

import type { Dtype } from '@everypath/schema';
import type { Specification } from '../plan.ts';
import { array, known, number, of, spec } from './parts.ts';

const REDUCED = (dtype: Dtype): readonly string[] =>
  [`rnd(1, 1`, `rnd(7, 5`, `rnd(300, 700`, `odd(4, 40`, `holed(9, 33`, `rnd(3, 4097`].map(
    (each) => `(${each}, dtype='${dtype}'),)`,
  );

export const reductions: readonly Specification[] = (
  ['float32', 'float64', 'int32', 'uint8', 'bool'] as const
)
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
