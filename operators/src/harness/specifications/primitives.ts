// What has no variants: subscripts, shapes, creation.

import type { Operand } from '../../descriptor.ts';
import { FLOAT, INT, tupleType } from '../../value-types.ts';
import type { Specification } from '../plan.ts';
import { array, f32, known, number, of, spec, text } from './parts.ts';

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

export const primitives: readonly Specification[] = [
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
