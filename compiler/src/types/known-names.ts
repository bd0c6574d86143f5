// Dotted names of packages outside the sandbox whose values are fixed by their documentation: they are constants.

import { constant, NONE, type Typed } from './typed-value.ts';

const FLOATS: Readonly<Record<string, number>> = {
  'numpy.pi': Math.PI,
  'numpy.e': Math.E,
  'numpy.inf': Number.POSITIVE_INFINITY,
  'numpy.nan': Number.NaN,
  'numpy.euler_gamma': 0.5772156649015329,
};

/** Pillow's filters (`PIL/Image.py`, class Resampling), also as names of the module itself. */
const RESAMPLING: Readonly<Record<string, number>> = {
  NEAREST: 0,
  LANCZOS: 1,
  BILINEAR: 2,
  BICUBIC: 3,
  BOX: 4,
  HAMMING: 5,
};

/** The value of a name as a constant, or the name itself as a symbol. */
export function valueOfName(name: string): Typed {
  if (name === 'numpy.newaxis') return NONE;
  if (Object.hasOwn(FLOATS, name)) return constant({ kind: 'float' }, FLOATS[name] as number);
  const filter = /^PIL\.Image\.(?:Resampling\.)?([A-Z]+)$/.exec(name)?.[1] ?? '';
  if (Object.hasOwn(RESAMPLING, filter)) return constant({ kind: 'int' }, RESAMPLING[filter] as number);
  return { kind: 'symbol', name };
}
