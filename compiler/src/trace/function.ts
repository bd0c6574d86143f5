// One Python function → one traced function.

import type { IrFunction } from '../ir/ir.ts';
import { type Binding, define, type Numbering, newBlock, region } from './block.ts';
import { type FunctionContext, type ModuleContext, refuse, type SourceFunction } from './context.ts';
import { spanOf } from './python-ast.ts';
import { boundNames } from './scope.ts';
import { endFunction, traceStatements } from './statement.ts';

/** Traces a function's body; its parameters are its first values. */
export function traceFunction(module: ModuleContext, source: SourceFunction, name: string): IrFunction {
  const { definition } = source;
  const { args } = definition;
  const numbering: Numbering = { next: 0 };
  for (const many of [args.vararg, args.kwarg]) {
    if (many === null) continue;
    refuse(
      module,
      spanOf(many),
      'EP_STAR_PARAMETER',
      `not supported yet: *args and **kwargs (${many.arg})`,
      'Write each parameter with a name of its own.',
    );
  }
  const all = [...args.posonlyargs, ...args.args, ...args.kwonlyargs];
  const parameters = all.map((parameter) => define(numbering, parameter.arg));
  const locals = new Map<string, Binding>(
    all.map((parameter, index) => [parameter.arg, { id: parameters[index]?.id ?? 0, sure: true }]),
  );
  const names = new Set([...locals.keys(), ...boundNames(definition.body)]);
  const context: FunctionContext = { module, numbering, locals: names, loop: null };
  const block = newBlock(locals);
  traceStatements(context, block, definition.body);
  const span = spanOf(definition);
  endFunction(context, block, span);
  return {
    name,
    pythonName: definition.name,
    parameters,
    result: { kind: 'unknown' },
    body: region(block),
    span,
  };
}
