// What every variant must get right, beside NumPy and Pillow: inputs from empty to strided to NaN. The conformance test
// enrols every variant of every operator named here, and fails if an operator is not named.

import type { Specification } from './plan.ts';
import { maps, promotions, withins } from './specifications/elementwise.ts';
import { images, layouts } from './specifications/images.ts';
import { primitives } from './specifications/primitives.ts';
import { products, wholeProducts } from './specifications/products.ts';
import { reductions } from './specifications/reductions.ts';
import { softmaxes } from './specifications/softmaxes.ts';
import { sorts } from './specifications/sorts.ts';
import { activation, loop, preprocess } from './specifications/synthesised.ts';

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
  ...withins,
  ...primitives,
  preprocess,
  activation,
  loop,
];
