// The text of a module that names its variants: all that decides the programs, in a fixed order.

import type { IrModule } from '../ir/ir.ts';

/** Canonical text: keys in order of construction, big integers with an `n`. */
export const moduleText = (module: IrModule): string =>
  JSON.stringify(
    {
      tag: module.tag,
      file: module.file.split(/[\\/]/).pop(),
      parameters: module.parameters,
      result: module.result,
      functions: module.functions,
    },
    (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
  );
