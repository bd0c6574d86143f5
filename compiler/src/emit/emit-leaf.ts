// Leaf ops as C++: constants, inline primitives, scalar functions, kernel calls and calls of the module's functions.

import { cppDtype, cppType, isNativeDtype } from '@everypath/operators';
import type { Dtype, Type } from '@everypath/schema';
import { DTYPES } from '@everypath/schema';
import type { IrType, Op } from '../ir/ir.ts';
import { defineConstant, floatLiteral, integerLiteral } from './cpp-literal.ts';
import { identifier, qualifiedName, valueName } from './cpp-text.ts';
import type { EmitContext } from './emit-region.ts';
import { attempt, declare } from './emit-region.ts';
import { operatorNamespace } from './node-plan.ts';

type Leaf = Exclude<Op, { kind: 'if' | 'loop' | 'yield' | 'break' | 'continue' | 'return' | 'raise' }>;

export function emitLeaf(context: EmitContext, op: Leaf): readonly string[] {
  switch (op.kind) {
    case 'constant':
      return defineConstant(valueName(op.result.id), op.result.type as Type, op.value);
    case 'unbound':
      return [declare(op.result)];
    case 'primitive':
      return emitPrimitive(context, op);
    case 'map': {
      const compute = cppDtype(op.compute as Dtype);
      const args = op.operands.map((id) => `ep::as<${compute}>(${valueName(id)})`).join(', ');
      const result = cppType(scalarOnly(op.result.type));
      return [
        `const ${result} ${valueName(op.result.id)} = ep::as<${result}>(ep::scalar::${identifier(op.fn)}<${compute}>(${args}));`,
      ];
    }
    case 'kernel': {
      const plan = context.nodes.get(op);
      if (!plan) throw new TypeError(`kernel ${op.operator} has no plan`);
      const operands = op.operands.map(valueName);
      const call = [...['frame'], ...operands, ...op.results.map((result) => valueName(result.id))].join(
        ', ',
      );
      const features = [...['out'], ...operands].join(', ');
      const probe =
        `ep::program::probe<${plan.features.length}>(frame, ${plan.index}, [&] { return ${plan.symbol}(${call}); }, ` +
        `[&]([[maybe_unused]] double* out) { ep::op::${operatorNamespace(op.operator)}::features(${features}); })`;
      return [...op.results.map(declare), attempt(context, probe, op.span)];
    }
    case 'call': {
      const args = ['frame', ...op.operands.map(valueName), valueName(op.result.id)];
      return [
        declare(op.result),
        attempt(context, `${context.functionName(op.fn)}(${args.join(', ')})`, op.span),
      ];
    }
    case 'py':
      throw new TypeError(`a traced op (${op.py}) in a typed function`);
  }
}

function emitPrimitive(context: EmitContext, op: Extract<Leaf, { kind: 'primitive' }>): readonly string[] {
  const attributes = Object.values(op.attributes).map(templateArgument);
  const name = `ep::prim::${qualifiedName(op.name)}${attributes.length > 0 ? `<${attributes.join(', ')}>` : ''}`;
  const operands = op.operands.map(valueName);
  if (!op.raises) {
    return [`const ${cppType(op.result.type)} ${valueName(op.result.id)} = ${name}(${operands.join(', ')});`];
  }
  return [
    declare(op.result),
    attempt(context, `${name}(${['frame', ...operands, valueName(op.result.id)].join(', ')})`, op.span),
  ];
}

/** An attribute as a template argument: a number, a truth, or the C++ type that a dtype names. */
function templateArgument(value: number | boolean | string): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isInteger(value) ? integerLiteral(value) : floatLiteral(value);
  const dtype = DTYPES.find((name) => name === value);
  return dtype && isNativeDtype(dtype) ? cppDtype(dtype) : qualifiedName(value);
}

function scalarOnly(type: IrType): IrType {
  if (type.kind === 'array') throw new TypeError('an elementwise op on arrays that was not fused');
  return type;
}
