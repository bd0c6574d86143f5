// The struct that a synthesised kernel is given as its template argument: a fused expression, or an outlined loop with
// the functions it calls.

import { cppType } from '@everypath/operators';
import type { Definition, Expression, IrFunction, IrModule, KernelOp, LoopOp } from '../ir/ir.ts';
import { valueName } from './cpp-text.ts';
import { emitBodyMembers } from './emit-expression.ts';
import { emitFunctions, functionNames, reachableFunctions } from './emit-function.ts';
import type { EmitContext } from './emit-region.ts';
import { emitLoop } from './emit-region.ts';
import { emitPasses } from './fused-passes.ts';
import { definitionsOf } from './walk.ts';

/** Text that declares `Body` (and what it calls); '' for a kernel without one. */
export function emitKernelBody(module: IrModule, fn: IrFunction, op: KernelOp, positions: boolean): string {
  const { body } = op;
  if (!body) return '';
  if (body.kind === 'expression') return emitFusedBody(body.inputs, body.root);
  return emitLoopBody(module, fn, body.captures, body.loop, positions);
}

function emitFusedBody(inputs: readonly string[], root: Expression): string {
  const members = [...emitBodyMembers(inputs, root), ...emitPasses(inputs, root)];
  return ['struct Body {', ...members.map((line) => `  ${line}`), '};'].join('\n');
}

function emitLoopBody(
  module: IrModule,
  fn: IrFunction,
  captures: readonly Definition[],
  loop: LoopOp,
  positions: boolean,
): string {
  const region = { parameters: [], ops: [loop] };
  const called = reachableFunctions(module, region);
  const context: EmitContext = {
    file: module.file,
    pythonName: fn.pythonName,
    definitions: definitionsOf(captures, region),
    nodes: new Map(),
    functionName: functionNames(module),
    positions,
  };
  const parameters = [
    'ep::Frame& frame',
    ...captures.map((capture) => `const ${cppType(capture.type)}& ${valueName(capture.id)}`),
    ...loop.results.map((result, index) => `${cppType(result.type)}& result_${index}`),
  ];
  return [
    ...emitFunctions(module, called, new Map(), positions),
    'struct Body {',
    `static ep::Status run(${parameters.join(', ')}) {`,
    ...emitLoop(context, loop),
    ...loop.results.map((result, index) => `result_${index} = ${valueName(result.id)};`),
    'return EP_OK;',
    '}',
    '};',
  ].join('\n');
}
