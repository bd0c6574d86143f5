// Images: resizing, converting, layout.

import type { ImageMode } from '@everypath/schema';
import { INT, tupleType } from '../../value-types.ts';
import type { Specification } from '../plan.ts';
import { array, image, known, number, of, spec, text } from './parts.ts';

const resizeSpec = (mode: ImageMode, width: number, height: number, sizes: readonly [number, number][]) =>
  spec(
    'PIL.Image.Image.resize',
    [of(image(mode)), known(tupleType([INT, INT]), [width, height]), number(2)],
    sizes.map(([w, h]) => `(img(${w}, ${h}, '${mode}'),)`),
    `lambda im: im.resize((${width}, ${height}), Image.BILINEAR)`,
  );

export const images: readonly Specification[] = [
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

export const layouts: readonly Specification[] = (['float32', 'uint8', 'float64'] as const).map((dtype) =>
  spec(
    'numpy.ascontiguousarray',
    [of(array(dtype, 3))],
    LAYOUTS.map((each) => `(${each.replaceAll(/(rnd|holed)\(([^)]*)\)/g, `$1($2, dtype='${dtype}')`)},)`),
    'lambda x: np.ascontiguousarray(x)',
  ),
);
