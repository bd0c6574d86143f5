// Expressions → traced ops, in CPython's order of evaluation. Purely syntax-directed: no types, no folding. What
// is not listed here is refused by name.

import type { Span, ValueId } from '../ir/ir.ts';
import {
  type Block,
  define,
  nameLast,
  newBlock,
  pushCall,
  pushConstant,
  pushPy,
  pushUnbound,
} from './block.ts';
import { joinBranches } from './branch.ts';
import { traceCall } from './call.ts';
import { type FunctionContext, liveName, REFUSED, refuse } from './context.ts';
import { dottedPath } from './dotted-path.ts';
import { traceIndex } from './index-items.ts';
import { constantOf, traceLive } from './live-value.ts';
import { type Expr, spanOf } from './python-ast.ts';
import { refuseExpression } from './unsupported.ts';

const BINARY: Readonly<Record<string, string>> = {
  Add: 'add',
  Sub: 'sub',
  Mult: 'mul',
  Div: 'truediv',
  FloorDiv: 'floordiv',
  Mod: 'mod',
  Pow: 'pow',
  MatMult: 'matmul',
  BitAnd: 'and_',
  BitOr: 'or_',
  BitXor: 'xor',
  LShift: 'lshift',
  RShift: 'rshift',
};

const COMPARE: Readonly<Record<string, string>> = {
  Eq: 'eq',
  NotEq: 'ne',
  Lt: 'lt',
  LtE: 'le',
  Gt: 'gt',
  GtE: 'ge',
  Is: 'is_',
  IsNot: 'is_not',
};

const UNARY: Readonly<Record<string, string>> = { USub: 'neg', UAdd: 'pos', Invert: 'invert' };

/** `operator.add` for `Add`; an augmented assignment is `operator.iadd`, which may work in place. */
export function binaryCallee(op: string, inPlace: boolean): string {
  const name = BINARY[op] ?? op;
  return inPlace ? `operator.i${name.replace('_', '')}` : `operator.${name}`;
}

/** Puts the ops of an expression and returns its value. */
export function traceExpression(context: FunctionContext, block: Block, node: Expr): ValueId {
  const span = spanOf(node);
  const { numbering } = context;
  const value = (inner: Expr) => traceExpression(context, block, inner);
  switch (node._) {
    case 'Constant': {
      const constant = constantOf(node.value);
      if (constant !== undefined) return pushConstant(block, numbering, constant, span);
      return refuse(
        context,
        span,
        'EP_LITERAL_UNSUPPORTED',
        `this literal is ${node.value.kind === 'unsupported' ? node.value.what : 'an ellipsis'}, which is not supported`,
        'Use int, float, bool, str or None.',
      );
    }
    case 'Name':
      return traceName(context, block, node.id, span);
    case 'BinOp': {
      const left = value(node.left);
      const right = value(node.right);
      return pushCall(block, numbering, binaryCallee(node.op, false), [left, right], span);
    }
    case 'UnaryOp':
      if (node.op === 'Not') {
        const truth = traceCondition(context, block, node.operand);
        return pushCall(block, numbering, 'operator.not_', [truth], span);
      }
      return pushCall(block, numbering, `operator.${UNARY[node.op] ?? node.op}`, [value(node.operand)], span);
    case 'BoolOp':
      return traceBoolOp(context, block, node.op, node.values, span, traceExpression);
    case 'Compare':
      return traceCompare(context, block, node, 0, value(node.left), traceExpressionResult);
    case 'IfExp':
      return chooseBetween(
        context,
        block,
        traceCondition(context, block, node.test),
        (then) => traceExpression(context, then, node.body),
        (otherwise) => traceExpression(context, otherwise, node.orelse),
        span,
      );
    case 'Call':
      return traceCall(context, block, node, traceExpression);
    case 'Attribute': {
      const path = dottedPath(node);
      if (path !== null && !context.locals.has(path[0] ?? '')) {
        const live = liveName(context, path);
        if (live !== undefined) return traceLive(context, block, live, path.join('.'), span);
      }
      return pushPy(block, numbering, {
        py: 'attribute',
        object: value(node.value),
        attribute: node.attr,
        span,
      });
    }
    case 'Subscript': {
      const object = value(node.value);
      return pushPy(block, numbering, {
        py: 'subscript',
        object,
        index: traceIndex(context, block, node.slice, traceExpression),
        span,
      });
    }
    case 'Tuple':
    case 'List': {
      if (node.elts.some((item) => item._ === 'Starred'))
        return refuseExpression(context, { _: 'Starred', at: node.at });
      const py = node._ === 'Tuple' ? 'tuple' : 'list';
      return pushPy(block, numbering, { py, items: node.elts.map(value), span });
    }
    case 'NamedExpr': {
      const id = value(node.value);
      if (node.target._ === 'Name') assign(block, node.target.id, id);
      return id;
    }
    default:
      return refuseExpression(context, node);
  }
}

/** Binds a local from here on. */
export function assign(block: Block, name: string, id: ValueId): void {
  nameLast(block, id, name);
  block.locals.set(name, { id, sure: true });
}

/** The truth of an expression, as `if`, `while`, `not` and `assert` ask for it. */
export function traceCondition(context: FunctionContext, block: Block, node: Expr): ValueId {
  const span = spanOf(node);
  switch (node._) {
    case 'BoolOp':
      return traceBoolOp(context, block, node.op, node.values, span, traceCondition);
    case 'Compare':
      if (node.ops.length > 1) {
        const left = traceExpression(context, block, node.left);
        return traceCompare(context, block, node, 0, left, truthOf);
      }
      break;
    case 'UnaryOp':
      if (node.op === 'Not') return traceExpression(context, block, node);
      break;
    default:
      break;
  }
  return truthOf(context, block, traceExpression(context, block, node), span);
}

function truthOf(context: FunctionContext, block: Block, object: ValueId, span: Span): ValueId {
  return pushPy(block, context.numbering, { py: 'truth', object, span });
}

function traceExpressionResult(_context: FunctionContext, _block: Block, id: ValueId): ValueId {
  return id;
}

/** `a and b`: b is evaluated only where a does not decide. In a condition only truths are kept. */
function traceBoolOp(
  context: FunctionContext,
  block: Block,
  op: 'And' | 'Or',
  values: readonly Expr[],
  span: Span,
  trace: typeof traceExpression,
): ValueId {
  const [head, ...rest] = values;
  if (head === undefined) return REFUSED;
  const first = trace(context, block, head);
  if (rest.length === 0) return first;
  const decides = trace === traceCondition ? first : truthOf(context, block, first, spanOf(head));
  const more = (inner: Block) => traceBoolOp(context, inner, op, rest, span, trace);
  const keep = () => first;
  return op === 'And'
    ? chooseBetween(context, block, decides, more, keep, span)
    : chooseBetween(context, block, decides, keep, more, span);
}

/** `a < b < c` is `a < b and b < c` with b evaluated once. */
function traceCompare(
  context: FunctionContext,
  block: Block,
  node: Expr & { readonly _: 'Compare' },
  index: number,
  left: ValueId,
  finish: (context: FunctionContext, block: Block, id: ValueId, span: Span) => ValueId,
): ValueId {
  const span = spanOf(node);
  const comparator = node.comparators[index];
  const op = node.ops[index];
  if (comparator === undefined || op === undefined) return REFUSED;
  const right = traceExpression(context, block, comparator);
  if (op === 'In' || op === 'NotIn') {
    return refuse(
      context,
      span,
      'EP_MEMBERSHIP_UNSUPPORTED',
      `\`${op === 'In' ? 'in' : 'not in'}\` is not supported yet`,
      'Compare with each item: `x == 1 or x == 2`.',
    );
  }
  const result = pushCall(block, context.numbering, `operator.${COMPARE[op] ?? op}`, [left, right], span);
  const value = finish(context, block, result, span);
  if (index + 1 === node.ops.length) return value;
  const truth = finish === traceExpressionResult ? truthOf(context, block, value, span) : value;
  return chooseBetween(
    context,
    block,
    truth,
    (then) => traceCompare(context, then, node, index + 1, right, finish),
    () => value,
    span,
  );
}

/** An `if` that gives one value, besides the locals that its ways bind. */
export function chooseBetween(
  context: FunctionContext,
  block: Block,
  condition: ValueId,
  then: (block: Block) => ValueId,
  otherwise: (block: Block) => ValueId,
  span: Span,
): ValueId {
  const thenBlock = newBlock(block.locals);
  const thenValue = then(thenBlock);
  const elseBlock = newBlock(block.locals);
  const elseValue = otherwise(elseBlock);
  const result = define(context.numbering);
  joinBranches(context, block, condition, thenBlock, elseBlock, span, {
    result,
    then: thenValue,
    else: elseValue,
  });
  return result.id;
}

function traceName(context: FunctionContext, block: Block, name: string, span: Span): ValueId {
  const { numbering } = context;
  if (context.locals.has(name)) {
    const binding = block.locals.get(name);
    if (binding?.sure === true) return binding.id;
    const object = binding?.id ?? pushUnbound(block, numbering, span);
    const id = pushPy(block, numbering, { py: 'bound', object, variable: name, span });
    // Past the check it is bound.
    block.locals.set(name, { id, sure: true });
    return id;
  }
  const live = liveName(context, [name]);
  if (live !== undefined) return traceLive(context, block, live, name, span);
  return refuse(
    context,
    span,
    'EP_NAME_UNDEFINED',
    `name '${name}' is not defined`,
    'Define it at module level, import it, or pass it as a parameter.',
  );
}
