// One region's traced ops → typed ops, in order, until nothing further can run. Gives what the region yields.

import type { Op, PyOp, Region } from '../ir/ir.ts';
import { typeAttribute } from './attribute.ts';
import { typeCall } from './call.ts';
import { type TypedBlock, type TypingContext, typedOf } from './context.ts';
import { typeIf, typeLoop } from './control.ts';
import {
  define,
  joinedTypeOf,
  materialise,
  placeholderOp,
  pushPrimitive,
  pushRaise,
  valueTyped,
} from './emit.ts';
import { valueOfName } from './known-names.ts';
import { typeSubscript, typeUnpack } from './subscript.ts';
import { truthOf } from './truth.ts';
import { constantOf, REFUSED, type Typed } from './typed-value.ts';

/** Types a region into a block; the values it yields, or null when it never gets to its end. */
export function typeRegion(
  context: TypingContext,
  block: TypedBlock,
  region: Region,
): readonly Typed[] | null {
  for (const op of region.ops) {
    if (block.ended) return null;
    if (op.kind === 'yield') return op.values.map((id) => typedOf(context, id));
    typeOp(context, block, op);
  }
  return null;
}

function typeOp(context: TypingContext, block: TypedBlock, op: Op): void {
  switch (op.kind) {
    case 'constant':
      context.values.set(op.result.id, constantOf(op.value));
      return;
    case 'unbound':
      context.values.set(op.result.id, { kind: 'unbound' });
      return;
    case 'py': {
      const typed = typePy(context, block, op);
      context.values.set(op.result.id, named(block, typed, op.result.name));
      return;
    }
    case 'if':
      typeIf(context, block, op, typeRegion);
      return;
    case 'loop':
      typeLoop(context, block, op, typeRegion);
      return;
    case 'break': {
      const placeholder = placeholderOp(op.span);
      const values = op.values.map((id) => typedOf(context, id));
      context.loop?.exits.push({ placeholder, values, span: op.span });
      block.ops.push(placeholder);
      block.ended = true;
      return;
    }
    case 'continue': {
      const values = op.values.map((id) => typedOf(context, id));
      const placeholder = placeholderOp(op.span);
      context.loop?.continues.push({ placeholder, values, span: op.span });
      block.ops.push(placeholder);
      block.ended = true;
      return;
    }
    case 'return': {
      const value = typedOf(context, op.value);
      const type = joinedTypeOf(value);
      const id = materialise(context, block, value, op.span);
      if (id !== null && type.kind !== 'unbound') {
        context.returns.push({ value, type, span: op.span });
        block.ops.push({ kind: 'return', value: id, span: op.span });
      }
      block.ended = true;
      return;
    }
    case 'raise':
      pushRaise(block, op.exception, op.message, op.span);
      return;
    default:
      throw new TypeError(`a ${op.kind} op has no place in the traced stage`);
  }
}

/** Gives the value's definition the name of the Python variable, when it was made just now. */
function named(block: TypedBlock, typed: Typed, name: string | undefined): Typed {
  const last = block.ops.at(-1);
  if (name === undefined || typed.kind !== 'value' || last === undefined) return typed;
  if (!('result' in last) || last.result.id !== typed.id || last.result.name !== undefined) return typed;
  block.ops[block.ops.length - 1] = { ...last, result: { ...last.result, name } } as Op;
  return typed;
}

function typePy(context: TypingContext, block: TypedBlock, op: PyOp): Typed {
  switch (op.py) {
    case 'call':
      return typeCall(context, block, op);
    case 'global':
      return valueOfName(op.name);
    case 'attribute':
      return typeAttribute(context, block, typedOf(context, op.object), op.attribute, op.span);
    case 'subscript':
      return typeSubscript(context, block, typedOf(context, op.object), op.index, op.span);
    case 'tuple':
    case 'list':
      return { kind: op.py, items: op.items.map((id) => typedOf(context, id)) };
    case 'unpack':
      return typeUnpack(context, block, typedOf(context, op.object), op.index, op.count, op.span);
    case 'truth':
      return truthOf(context, block, typedOf(context, op.object), op.span);
    case 'bound':
      return typeBound(context, block, typedOf(context, op.object), op.variable, op);
  }
}

/** Reads a local that may be unbound, with CPython's error where it is. */
function typeBound(
  context: TypingContext,
  block: TypedBlock,
  value: Typed,
  variable: string,
  op: PyOp,
): Typed {
  const { span } = op;
  const message = `cannot access local variable '${variable}' where it is not associated with a value`;
  if (value.kind === 'unbound') {
    pushRaise(block, 'UnboundLocalError', message, span);
    return REFUSED;
  }
  if (value.kind !== 'value' || value.type.kind !== 'maybe') return value;
  const isBound = pushPrimitive(
    context,
    block,
    { name: 'is_bound', operands: [value.id], type: { kind: 'bool' }, raises: false },
    span,
  );
  if (isBound.kind !== 'value') return REFUSED;
  block.ops.push({
    kind: 'if',
    condition: isBound.id,
    then: { parameters: [], ops: [{ kind: 'yield', values: [], span }] },
    else: { parameters: [], ops: [{ kind: 'raise', exception: 'UnboundLocalError', message, span }] },
    results: [],
    span,
  });
  const result = define(context, value.type.of, variable);
  block.ops.push({
    kind: 'primitive',
    name: 'unwrap',
    attributes: {},
    operands: [value.id],
    result,
    raises: false,
    span,
  });
  return valueTyped(result);
}
