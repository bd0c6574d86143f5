// `object.attribute`: what the type alone tells is constant, the rest is a call of the class's attribute.

import type { Span } from '../ir/ir.ts';
import { refuse, type TypedBlock, type TypingContext } from './context.ts';
import { pushResolution } from './resolution.ts';
import { getItem } from './subscript.ts';
import { constant, intConstant, operandOf, REFUSED, type Typed } from './typed-value.ts';

export function typeAttribute(
  context: TypingContext,
  block: TypedBlock,
  object: Typed,
  attribute: string,
  span: Span,
): Typed {
  const operand = operandOf(object);
  if (operand === null) return REFUSED;
  const { rules } = context.module;
  if (object.kind === 'symbol') return { kind: 'symbol', name: `${object.name}.${attribute}` };
  const { type } = operand;
  if (type.kind === 'array') {
    if (attribute === 'ndim') return intConstant(BigInt(type.shape.length));
    if (attribute === 'dtype') return { kind: 'symbol', name: `numpy.${type.dtype}` };
    if (attribute === 'shape' && type.shape.every((dim) => typeof dim === 'number')) {
      return { kind: 'tuple', items: type.shape.map((dim) => intConstant(BigInt(dim as number))) };
    }
  }
  if (type.kind === 'scalar' && attribute === 'dtype') return { kind: 'symbol', name: `numpy.${type.dtype}` };
  if ((type.kind === 'float' || type.kind === 'int') && attribute === 'real') return object;
  if (type.kind === 'float' && attribute === 'imag') return constant(type, 0);
  const callee = `${rules.className(operand)}.${attribute}`;
  const resolution = rules.resolveCall({ callee, args: [operand], kwargs: {} });
  if (resolution.kind === 'error') {
    return refuse(
      context,
      span,
      rules.isKnownCallee(callee) ? 'EP_OPERATOR' : 'EP_ATTRIBUTE_UNKNOWN',
      rules.isKnownCallee(callee) ? resolution.message : `the attribute ${callee} is not supported`,
      resolution.hint,
    );
  }
  const made = pushResolution(context, block, resolution, { args: [object], kwargs: {} }, span, callee);
  const isShape = type.kind === 'array' && attribute === 'shape';
  if (!isShape || made.kind !== 'value' || made.type.kind !== 'tuple') return made;
  // Lengths that the type knows are constants; the others are read.
  return {
    kind: 'tuple',
    items: type.shape.map((dim, index) =>
      typeof dim === 'number' ? intConstant(BigInt(dim)) : getItem(context, block, made, index, span),
    ),
  };
}
