// Statements → traced ops. Control flow stays structured; what cannot be reached is not traced.

import type { Span, ValueId } from '../ir/ir.ts';
import { type Block, newBlock, pushCall, pushConstant, pushPy } from './block.ts';
import { joinBranches } from './branch.ts';
import { type FunctionContext, REFUSED, refuse } from './context.ts';
import { assign, binaryCallee, traceCondition, traceExpression } from './expression.ts';
import { traceFor, traceWhile } from './loop.ts';
import { type Expr, type Stmt, spanOf } from './python-ast.ts';
import { traceAssert, traceRaise } from './raise.ts';
import { refuseStatement, refuseWithin } from './unsupported.ts';

/** Puts the ops of a suite; stops where nothing further can run. */
export function traceStatements(context: FunctionContext, block: Block, statements: readonly Stmt[]): void {
  for (const statement of statements) {
    // What cannot run still decides what is local and whether the function is a generator.
    if (block.ended) refuseWithin(context, statement);
    else traceStatement(context, block, statement);
  }
}

function traceStatement(context: FunctionContext, block: Block, node: Stmt): void {
  const span = spanOf(node);
  switch (node._) {
    case 'Pass':
      return;
    case 'Expr':
      // A docstring, or a literal that does nothing.
      if (node.value._ !== 'Constant') traceExpression(context, block, node.value);
      return;
    case 'Assign': {
      const value = traceExpression(context, block, node.value);
      for (const target of node.targets) traceTarget(context, block, target, value);
      return;
    }
    case 'AnnAssign':
      if (node.value !== null) {
        traceTarget(context, block, node.target, traceExpression(context, block, node.value));
      } else if (node.target._ !== 'Name') {
        refuseTarget(context, node.target);
      }
      return;
    case 'AugAssign': {
      if (node.target._ !== 'Name') {
        refuseTarget(context, node.target);
        return;
      }
      const left = traceExpression(context, block, node.target);
      const right = traceExpression(context, block, node.value);
      const value = pushCall(block, context.numbering, binaryCallee(node.op, true), [left, right], span);
      assign(block, node.target.id, value);
      return;
    }
    case 'Return': {
      const value =
        node.value === null
          ? pushConstant(block, context.numbering, null, span)
          : traceExpression(context, block, node.value);
      block.ops.push({ kind: 'return', value, span });
      block.ended = true;
      return;
    }
    case 'If': {
      const condition = traceCondition(context, block, node.test);
      const thenBlock = newBlock(block.locals);
      traceStatements(context, thenBlock, node.body);
      const elseBlock = newBlock(block.locals);
      traceStatements(context, elseBlock, node.orelse);
      joinBranches(context, block, condition, thenBlock, elseBlock, span);
      return;
    }
    case 'While':
      traceWhile(context, block, node, traceStatements);
      return;
    case 'For':
      traceFor(context, block, node, traceStatements);
      return;
    case 'Break':
      context.loop?.breakTo(block, span);
      block.ended = true;
      return;
    case 'Continue':
      context.loop?.continueTo(block, span);
      block.ended = true;
      return;
    case 'Assert':
      traceAssert(context, block, node);
      return;
    case 'Raise':
      traceRaise(context, block, node);
      return;
    default:
      refuseStatement(context, node);
  }
}

/** Binds an assignment's target: a name, or a tuple of targets that the value is unpacked into. */
export function traceTarget(context: FunctionContext, block: Block, target: Expr, value: ValueId): void {
  switch (target._) {
    case 'Name':
      assign(block, target.id, value);
      return;
    case 'Tuple':
    case 'List': {
      const count = target.elts.length;
      const span = spanOf(target);
      if (target.elts.some((item) => item._ === 'Starred')) {
        refuseTarget(context, target.elts.find((item) => item._ === 'Starred') ?? target);
        return;
      }
      // All items are taken before the first is bound, as CPython does.
      const items = target.elts.map((_, index) =>
        pushPy(block, context.numbering, { py: 'unpack', object: value, index, count, span }),
      );
      for (const [index, item] of target.elts.entries()) {
        traceTarget(context, block, item, items[index] ?? REFUSED);
      }
      return;
    }
    default:
      refuseTarget(context, target);
  }
}

function refuseTarget(context: FunctionContext, target: Expr): void {
  const [what, hint] =
    target._ === 'Subscript'
      ? ['assigning to an item', 'Build a new array with NumPy operations such as np.where or np.stack.']
      : target._ === 'Attribute'
        ? ['assigning to an attribute', 'Use local variables.']
        : ['a starred target', 'Write one name for each item.'];
  refuse(context, spanOf(target), 'EP_TARGET_UNSUPPORTED', `not supported yet: ${what}`, hint);
}

/** Puts the `return None` that every function ends with when nothing else does. */
export function endFunction(context: FunctionContext, block: Block, span: Span): void {
  if (block.ended) return;
  const value = pushConstant(block, context.numbering, null, span);
  block.ops.push({ kind: 'return', value, span });
  block.ended = true;
}
