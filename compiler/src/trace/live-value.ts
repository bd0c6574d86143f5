// Module-level values inside a function: constants become constants, what a stand-in remembers becomes the ops
// that make it, and what cannot be known is refused where it is used.

import type { Constant } from '@everypath/operators';
import type { Span, ValueId } from '../ir/ir.ts';
import type { LiveValue } from '../sandbox/protocol.ts';
import { type Block, pushCall, pushConstant, pushPy } from './block.ts';
import { type FunctionContext, REFUSED, refuse } from './context.ts';

/** Python's text of a float as a number: `inf` and `nan` included. */
export function floatOf(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  if (text === '-inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** The constant that a live value is, or undefined. Ints are bigint, so that a float is a number. */
export function constantOf(value: LiveValue): Constant | undefined {
  switch (value.kind) {
    case 'none':
      return null;
    case 'bool':
      return value.value;
    case 'int':
      return BigInt(value.value);
    case 'float':
      return floatOf(value.value);
    case 'str':
      return value.value;
    case 'tuple': {
      const items = value.items.map(constantOf);
      return items.some((item) => item === undefined) ? undefined : (items as Constant[]);
    }
    default:
      return undefined;
  }
}

/** Puts the ops that give a module-level value and returns it. `written` is how the source names it. */
export function traceLive(
  context: FunctionContext,
  block: Block,
  value: LiveValue,
  written: string,
  span: Span,
): ValueId {
  const constant = constantOf(value);
  if (constant !== undefined) return pushConstant(block, context.numbering, constant, span);
  const item = (inner: LiveValue) => traceLive(context, block, inner, written, span);
  switch (value.kind) {
    case 'global':
      return pushPy(block, context.numbering, { py: 'global', name: value.name, span });
    case 'tuple':
    case 'list':
      return pushPy(block, context.numbering, { py: value.kind, items: value.items.map(item), span });
    case 'attribute':
      return pushPy(block, context.numbering, {
        py: 'attribute',
        object: item(value.object),
        attribute: value.attribute,
        span,
      });
    case 'call':
      return traceLiveCall(context, block, value, item, written, span);
    case 'module':
      return refuse(
        context,
        span,
        'EP_MODULE_AS_VALUE',
        `the module ${value.name} is used as a value`,
        'Write the dotted name of the function you need.',
      );
    case 'function':
      return refuse(
        context,
        span,
        'EP_FUNCTION_AS_VALUE',
        `the function ${value.name} is used as a value`,
        'Functions can be called, not passed around or stored: call it where it is needed.',
      );
    default:
      return refuse(
        context,
        span,
        'EP_GLOBAL_UNSUPPORTED',
        `the module-level name ${written} holds ${value.kind === 'unsupported' ? value.what : 'an index of an unknown value'}`,
        'Use numbers, strings, tuples or NumPy arrays at module level, or pass the value as a parameter.',
      );
  }
}

function traceLiveCall(
  context: FunctionContext,
  block: Block,
  value: LiveValue & { readonly kind: 'call' },
  item: (inner: LiveValue) => ValueId,
  written: string,
  span: Span,
): ValueId {
  const args = value.args.map(item);
  const kwargs = Object.fromEntries(Object.entries(value.kwargs).map(([name, arg]) => [name, item(arg)]));
  if (value.callee.kind === 'global') {
    return pushCall(block, context.numbering, value.callee.name, args, span, kwargs);
  }
  if (value.callee.kind === 'attribute') {
    const callee = {
      kind: 'method',
      object: item(value.callee.object),
      name: value.callee.attribute,
    } as const;
    return pushCall(block, context.numbering, callee, args, span, kwargs);
  }
  refuse(
    context,
    span,
    'EP_GLOBAL_UNSUPPORTED',
    `the module-level name ${written} is made by calling the result of a call`,
    'Pass the value as a parameter.',
  );
  return REFUSED;
}
