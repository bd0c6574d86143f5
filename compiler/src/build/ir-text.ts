// The text of a module that names its variants: all that decides the programs, and where the file lay does not.

import type { IrModule } from '../ir/ir.ts';
import { printModule } from '../ir/print.ts';

export const moduleText = (module: IrModule): string =>
  printModule({ ...module, file: module.file.split(/[\\/]/).pop() ?? '' }, { source: false });
