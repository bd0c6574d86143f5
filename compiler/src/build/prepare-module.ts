// What of a typed module all its programs share: its nodes, the text of its glue, the names of its variants. The same
// for the same text, wherever the file lay, and for a module read back from its published text.

import { variantsOf } from '@everypath/operators';
import { costlyFunctions } from '../emit/fused-passes.ts';
import { emitGlue } from '../emit/glue.ts';
import { type NodePlan, planNodes } from '../emit/node-plan.ts';
import type { IrModule } from '../ir/ir.ts';
import { parseModule } from '../ir/parse.ts';
import { printModule } from '../ir/print.ts';
import type { NodeChoice } from '../paths/admissible.ts';
import { type PathSpace, pathSpace } from '../paths/path-space.ts';
import { fingerprint } from '../store/fingerprint.ts';
import type { TargetToolchain } from '../targets/target-toolchain.ts';

export interface PreparedModule {
  readonly module: IrModule;
  readonly nodes: readonly NodePlan[];
  /** What is chosen from at each node. */
  readonly choices: readonly NodeChoice[];
  readonly glue: string;
  /** All that decides the programs. */
  readonly irText: string;
  readonly irHash: string;
}

/** Where the file lay does not matter. */
const withoutFolder = (module: IrModule): IrModule => ({
  ...module,
  file: module.file.split(/[\\/]/).pop() ?? '',
});

/** The text of a typed module as its publication carries it. */
export const publishedText = (module: IrModule): string =>
  printModule(withoutFolder(module), { source: false });

const choiceAt = ({ operator, typeKeys, op: { body } }: NodePlan): NodeChoice => ({
  variants: variantsOf(operator),
  typeKeys,
  ...(body?.kind === 'expression' ? { functions: costlyFunctions(body.root) } : {}),
});

/** Throws a `TypeError` for a module that is not typed yet. */
export function prepareModule(given: IrModule): PreparedModule {
  if (given.stage !== 'typed') throw new TypeError('only a typed module can be built');
  const module = withoutFolder(given);
  const nodes = planNodes(module);
  const irText = publishedText(module);
  return {
    module,
    nodes,
    choices: nodes.map(choiceAt),
    glue: emitGlue(module, nodes),
    irText,
    irHash: fingerprint(irText),
  };
}

/** The same from the text that a publication carries. */
export const prepareText = (irText: string): PreparedModule => prepareModule(parseModule(irText));

/** The paths of a prepared module on a target. */
export const pathsOf = (prepared: PreparedModule, target: TargetToolchain): PathSpace =>
  pathSpace(prepared.choices, target);
