// The passes in order, by name: a straight list, each IR → IR. Dumps and checks hook in between.

import type { IrModule } from '../ir/ir.ts';
import { printModule } from '../ir/print.ts';
import { removeDeadCode } from './dead-code.ts';
import { fuseMaps } from './fuse.ts';
import { inlineHelpers } from './inline.ts';
import { outlineLoops } from './outline.ts';
import { recogniseSoftmax } from './softmax.ts';
import { selectTopK } from './topk.ts';

export interface Pass {
  readonly name: string;
  readonly run: (module: IrModule) => IrModule;
}

export interface PassObserver {
  /** Called after each pass, with the module as it then is. */
  readonly after: (pass: string, module: IrModule) => void;
}

/** Before types. */
export const TRACED_PASSES: readonly Pass[] = [{ name: 'dead-code', run: removeDeadCode }];

/** After types. */
export const TYPED_PASSES: readonly Pass[] = [
  { name: 'inline', run: inlineHelpers },
  { name: 'dead-code', run: removeDeadCode },
  { name: 'fuse', run: fuseMaps },
  { name: 'topk', run: selectTopK },
  { name: 'softmax', run: recogniseSoftmax },
  { name: 'outline', run: outlineLoops },
  { name: 'dead-code', run: removeDeadCode },
];

/** Runs passes one after the other. */
export function runPasses(passes: readonly Pass[], module: IrModule, observer?: PassObserver): IrModule {
  let current = module;
  for (const pass of passes) {
    current = pass.run(current);
    observer?.after(pass.name, current);
  }
  return current;
}

/** An observer that prints the module after the named passes (`all` for each): what --print-after asks for. */
export function printAfter(passes: readonly string[], write: (text: string) => void): PassObserver {
  return {
    after: (pass, module) => {
      if (!passes.includes(pass) && !passes.includes('all')) return;
      write(`; after ${pass}\n${printModule(module, { spans: false, source: false })}\n`);
    },
  };
}
