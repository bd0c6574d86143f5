// Every elementwise function, and what NumPy promotes its operands to.

import type { Dtype } from '@everypath/schema';
import type { Operand } from '../../descriptor.ts';
import { UFUNCS } from '../../ufuncs.ts';
import { FLOAT, INT } from '../../value-types.ts';
import type { Specification } from '../plan.ts';
import { array, f32, f64, number, of, spec, text } from './parts.ts';

/** Where a ufunc's libm answer is compared: its own domain, without integers to negative powers. */
export const maps: readonly Specification[] = [
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

/** Functions that are vectorised for most arguments: blocks without others, and blocks with one. */
export const withins: readonly Specification[] = (['float32', 'float64'] as const).flatMap((dtype) => {
  const draw = `rnd(33, 70, dtype='${dtype}')`;
  const far = `np.where(${draw} > 8, np.${dtype}(1e9), ${draw})`;
  const one = of(array(dtype, 2));
  return [
    ...['sin', 'cos'].map((fn) => spec(`numpy.${fn}`, [one], [`(${draw} * 100,)`, `(${far},)`], `np.${fn}`)),
    spec('numpy.log', [one], [`(np.abs(${draw}),)`, `(${far},)`], 'np.log'),
    spec(
      'numpy.power',
      [one, one],
      [
        `(np.abs(${draw}), ${draw})`,
        `(np.round(${draw}), np.round(${draw} * 2))`,
        `(np.abs(${far}), ${draw} * 3)`,
        `(extreme(33, 70, dtype='${dtype}'), np.round(${draw}))`,
      ],
      'np.power',
    ),
    spec('numpy.hypot', [one, one], [`(${draw}, ${draw})`, `(${draw} * 0, ${draw})`], 'np.hypot'),
  ];
});

export const promotions: readonly Specification[] = [
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
