// Operator variants made up for the tests of the path space.

import type { OperatorVariant } from '@everypath/operators';
import type { NodeChoice } from '../../src/paths/admissible.ts';

export const EVERYWHERE = { x86_64: 'x86-64', arm64: 'armv8-a', wasm32: 'wasm-mvp' } as const;

export const variant = (
  name: string,
  isa: OperatorVariant['isa'] = EVERYWHERE,
  more: Partial<OperatorVariant> = {},
): OperatorVariant => ({
  operator: 'test',
  name,
  algorithm: name,
  reference: false,
  header: `${name}.hpp`,
  summary: '',
  source: '',
  isa,
  flags: [],
  ...more,
});

/** A node of `algorithms`, each in a form for the baseline and as many higher x86-64 levels as its number says. */
export const nodeOf = (algorithms: readonly number[]): NodeChoice => ({
  typeKeys: [],
  variants: algorithms.flatMap((higher, index) => {
    const algorithm = `a${index}`;
    const levels = ['x86-64-v3', 'x86-64-v4'] as const;
    return [
      variant(algorithm),
      ...levels
        .slice(0, higher)
        .map((level) => variant(`${algorithm}_${level.slice(-2)}`, { x86_64: level }, { algorithm })),
    ];
  }),
});
