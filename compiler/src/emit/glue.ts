// glue.cpp: the function's own code and the C ABI around it. One text for all targets and paths; which variant runs at
// a node is decided by the object that is linked under the node's symbol.

import { cppType } from '@everypath/operators';
import type { IrModule } from '../ir/ir.ts';
import { dimensionNames, readArgument, writeResult } from './boundary.ts';
import { commentText, cppString } from './cpp-text.ts';
import { describeProgram } from './describe.ts';
import { emitFunctions, functionNames } from './emit-function.ts';
import { declareKernel, PRIMITIVE_HEADERS } from './kernel-unit.ts';
import type { NodePlan } from './node-plan.ts';
import { nodesByOp, operatorNamespace } from './node-plan.ts';

export function emitGlue(module: IrModule, nodes: readonly NodePlan[]): string {
  const entry = module.functions[0];
  if (!entry) throw new TypeError('a module without functions');
  const names = dimensionNames(module.parameters);
  const reads = module.parameters.map((parameter, index) => readArgument(parameter, index, names));
  const operators = [...new Set(nodes.map((node) => node.operator))].sort();
  const args = ['frame', ...module.parameters.map((_, index) => `a${index}`), 'value'];
  return [
    `// ${commentText(module.tag)}: generated, not edited.`,
    '#include "program/program.hpp"',
    ...PRIMITIVE_HEADERS.map((header) => `#include "${header}"`),
    ...operators.map((operator) => `#include "ops/${operatorNamespace(operator)}/features.hpp"`),
    '',
    ...nodes.map(declareKernel),
    '',
    'namespace {',
    ...emitFunctions(module, module.functions, nodesByOp(nodes), true),
    '#line 1 "boundary.cpp"',
    ...reads.flatMap((read) => read.constants),
    `constexpr const char* dim_names[] = {${[...names.map(cppString), 'nullptr'].join(', ')}};`,
    '}',
    '',
    `EP_EXPORT const char* ep_describe() { return ${cppString(JSON.stringify(describeProgram(module, nodes)))}; }`,
    'EP_EXPORT int32_t ep_invoke([[maybe_unused]] const ep_value* args, uint32_t count, ep_value* out, ep_error* error) {',
    `  return ep::program::enter(args, count, ${module.parameters.length}, out, error, [&](ep::Frame& frame) -> ep::Status {`,
    `    int64_t dim_lengths[] = {${[...names.map(() => '-1'), '-1'].join(', ')}};`,
    '    [[maybe_unused]] ep::program::Reader reader{error, dim_names, dim_lengths};',
    ...reads.flatMap((read) => read.statements.map((line) => `    ${line}`)),
    `    ${cppType(module.result)} value{};`,
    `    if (const ep::Status status = ${functionNames(module)(entry.name)}(${args.join(', ')}); status != EP_OK) return status;`,
    ...writeResult(module.result, 'value', '(*out)').map((line) => `    ${line}`),
    '    return EP_OK;',
    '  });',
    '}',
    '',
  ].join('\n');
}
