// One translation unit per operator variant and node symbol: includes the variant's header and exports its `run`
// under the symbol that all variants of that node share.

import type { Attributes, OperatorVariant } from '@everypath/operators';
import { cppType } from '@everypath/operators';
import type { IrModule, IrType } from '../ir/ir.ts';
import { floatLiteral, integerLiteral } from './cpp-literal.ts';
import { cppString, identifier } from './cpp-text.ts';
import { emitKernelBody } from './kernel-body.ts';
import type { NodePlan } from './node-plan.ts';
import { operatorNamespace } from './node-plan.ts';

/** What the function's own code and loop bodies call, beside the runtime. */
export const PRIMITIVE_HEADERS = ['everypath/primitives.hpp', 'everypath/python.hpp'] as const;

const SCALARS: ReadonlySet<IrType['kind']> = new Set(['none', 'bool', 'int', 'float', 'scalar']);

const operandType = (type: IrType): string =>
  SCALARS.has(type.kind) ? cppType(type) : `const ${cppType(type)}&`;

function kernelSignature(node: NodePlan): string {
  const parameters = [
    'ep::Frame& frame',
    ...node.operands.map((operand, index) => `${operandType(operand.type)} x${index}`),
    ...node.op.results.map((result, index) => `${cppType(result.type)}& y${index}`),
  ];
  return `extern "C" ep::Status ${node.symbol}(${parameters.join(', ')})`;
}

/** The node's symbol as the glue declares it. */
export const declareKernel = (node: NodePlan): string => `${kernelSignature(node)};`;

/** The unit of one variant at one node. */
export function emitKernelUnit(module: IrModule, node: NodePlan, variant: OperatorVariant): string {
  const scope = `ep::op::${operatorNamespace(variant.operator)}::${identifier(variant.name)}`;
  const settings = node.op.body
    ? emitKernelBody(module, node.fn, node.op, true)
    : attributesStruct(node.op.attributes);
  const args = [
    'frame',
    ...node.operands.map((_, index) => `x${index}`),
    ...node.op.results.map((_, index) => `y${index}`),
  ];
  return [
    '#include "everypath/runtime.hpp"',
    ...(node.op.body?.kind === 'loop'
      ? ['#include "everypath/primitives.hpp"', '#include "everypath/python.hpp"']
      : []),
    `#include "${variant.header}"`,
    'namespace {',
    settings,
    '}',
    '#line 1 "kernel.cpp"',
    `${kernelSignature(node)} {`,
    `  return ${scope}::run<${node.op.body ? 'Body' : 'Attributes'}>(${args.join(', ')});`,
    '}',
    '',
  ].join('\n');
}

function attributesStruct(attributes: Attributes): string {
  const fields = Object.entries(attributes).map(
    ([name, value]) => `  static constexpr ${attributeField(identifier(name), value)};`,
  );
  return ['struct Attributes {', ...fields, '};'].join('\n');
}

function attributeField(name: string, value: number | boolean | string): string {
  if (typeof value === 'boolean') return `bool ${name} = ${value}`;
  if (typeof value === 'string') return `char ${name}[] = ${cppString(value)}`;
  return Number.isInteger(value)
    ? `int64_t ${name} = ${integerLiteral(value)}`
    : `double ${name} = ${floatLiteral(value)}`;
}
