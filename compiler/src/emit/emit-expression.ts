// The body of a fused kernel: one scalar expression over the inputs' elements, as a struct with `apply`.

import { cppDtype } from '@everypath/operators';
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

/** `struct Body { using Output; static Output apply(…); }`. */
export function emitFusedBody(inputs: readonly string[], root: Expression): string {
  const output = cppDtype(expressionDtype(root, inputs));
  const parameters = inputs.map((dtype, index) => `${cppDtype(dtype as Dtype)} x${index}`);
  return [
    'struct Body {',
    `  using Output = ${output};`,
    `  [[gnu::always_inline]] static Output apply(${parameters.join(', ')}) {`,
    `    return ${emitExpression(root)};`,
    '  }',
    '};',
  ].join('\n');
}

export function emitExpression(node: Expression): string {
  switch (node.kind) {
    case 'input':
      return `x${Math.trunc(node.index)}`;
    case 'literal':
      return dtypeLiteral(node.value, node.dtype as Dtype);
    case 'apply': {
      const compute = cppDtype(node.compute as Dtype);
      const args = node.args.map((arg) => `ep::as<${compute}>(${emitExpression(arg)})`);
      return `ep::as<${cppDtype(node.result as Dtype)}>(ep::scalar::${identifier(node.fn)}<${compute}>(${args.join(', ')}))`;
    }
  }
}
