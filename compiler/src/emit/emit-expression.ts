// One scalar expression over the inputs' elements, as the members of a struct with `apply`.

import { cppDtype, hasWithin, scalarCall } from '@everypath/operators';
import type { Dtype } from '@everypath/schema';
import type { Expression } from '../ir/ir.ts';
import { dtypeLiteral } from './cpp-literal.ts';
import { identifier } from './cpp-text.ts';

/** Dtype of what an expression gives. */
export function expressionDtype(root: Expression, inputs: readonly string[]): Dtype {
  switch (root.kind) {
    case 'input':
      return inputs[root.index] as Dtype;
    case 'literal':
      return root.dtype as Dtype;
    case 'apply':
      return root.result as Dtype;
  }
}

/** `apply`, and where a function in it is vectorised for most arguments only, `apply_within`. */
export function emitBodyMembers(inputs: readonly string[], root: Expression): readonly string[] {
  const parameters = inputs.map((dtype, index) => `${cppDtype(dtype as Dtype)} x${index}`);
  const form = (name: string, before: readonly string[], within: boolean): readonly string[] => [
    `[[gnu::always_inline]] static Output ${name}(${[...before, ...parameters].join(', ')}) {`,
    `  return ${emitExpression(root, within)};`,
    '}',
  ];
  return [
    `using Output = ${cppDtype(expressionDtype(root, inputs))};`,
    ...form('apply', [], false),
    ...(anyWithin(root) ? form('apply_within', ['bool& outside'], true) : []),
  ];
}

const anyWithin = (node: Expression): boolean =>
  node.kind === 'apply' && (hasWithin(node.fn, node.compute as Dtype) || node.args.some(anyWithin));

function emitExpression(node: Expression, within: boolean): string {
  switch (node.kind) {
    case 'input':
      return `x${Math.trunc(node.index)}`;
    case 'literal':
      return dtypeLiteral(node.value, node.dtype as Dtype);
    case 'apply': {
      const compute = node.compute as Dtype;
      const args = node.args.map((arg) => `ep::as<${cppDtype(compute)}>(${emitExpression(arg, within)})`);
      const call = scalarCall(identifier(node.fn), compute, args, within);
      return `ep::as<${cppDtype(node.result as Dtype)}>(${call})`;
    }
  }
}
