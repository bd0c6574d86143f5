// Functions of the module as static C++ functions: `Status f(Frame&, parameters…, Result&)`.

import { cppType } from '@everypath/operators';
import type { IrFunction, IrModule, Op, Region } from '../ir/ir.ts';
import { commentText, valueName } from './cpp-text.ts';
import type { EmitContext } from './emit-region.ts';
import { emitBody } from './emit-region.ts';
import type { NodePlan } from './node-plan.ts';
import { definitionsOf, walkRegion } from './walk.ts';

/** `f0`, `f1`, …: a function's place in the module. */
export const functionNames =
  (module: IrModule) =>
  (name: string): string => {
    const index = module.functions.findIndex((fn) => fn.name === name);
    if (index < 0) throw new TypeError(`no function ${name} in the module`);
    return `f${index}`;
  };

/** Functions that a region calls, directly or not. */
export function reachableFunctions(module: IrModule, region: Region): readonly IrFunction[] {
  const found = new Set<string>();
  const visit = (inner: Region) => {
    for (const op of walkRegion(inner)) {
      if (op.kind !== 'call' || found.has(op.fn)) continue;
      found.add(op.fn);
      const callee = module.functions.find((fn) => fn.name === op.fn);
      if (callee) visit(callee.body);
    }
  };
  visit(region);
  return module.functions.filter((fn) => found.has(fn.name));
}

/** Declarations, then definitions, so that functions may call each other in any order. */
export function emitFunctions(
  module: IrModule,
  functions: readonly IrFunction[],
  nodes: ReadonlyMap<Op, NodePlan>,
  positions: boolean,
): readonly string[] {
  const name = functionNames(module);
  const heads = functions.map((fn) => signature(fn, name(fn.name)));
  return [
    ...heads.map((head) => `${head};`),
    ...functions.flatMap((fn, index) => {
      const context: EmitContext = {
        file: module.file,
        pythonName: fn.pythonName,
        definitions: definitionsOf(fn.parameters, fn.body),
        nodes,
        functionName: name,
        positions,
      };
      // A body ends in a return or a raise; the last line is for the compiler, which cannot know.
      return [
        `// ${positions ? commentText(fn.pythonName) : ''}`,
        `${heads[index]} {`,
        ...emitBody(context, fn.body),
        '__builtin_unreachable();',
        '}',
      ];
    }),
  ];
}

function signature(fn: IrFunction, name: string): string {
  const parameters = [
    '[[maybe_unused]] ep::Frame& frame',
    ...fn.parameters.map(
      (parameter) => `[[maybe_unused]] const ${cppType(parameter.type)}& ${valueName(parameter.id)}`,
    ),
    `${cppType(fn.result)}& result`,
  ];
  return `static ep::Status ${name}(${parameters.join(', ')})`;
}
