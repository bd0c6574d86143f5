// `while` and `for` → one `loop` op that repeats its body for ever: what the body binds is carried from round to
// round, and the ways out carry it on. A loop's `else` runs where the loop ends by itself.

import type { Definition, Op, Span, ValueId } from '../ir/ir.ts';
import {
  type Binding,
  type Block,
  define,
  handOn,
  newBlock,
  pushCall,
  pushConstant,
  pushPy,
  region,
} from './block.ts';
import { joinBranches } from './branch.ts';
import { type FunctionContext, type LoopContext, liveName, refuse } from './context.ts';
import { traceCondition, traceExpression } from './expression.ts';
import { type Expr, type Stmt, spanOf } from './python-ast.ts';
import { boundNames, namesBoundIn } from './scope.ts';
import { traceTarget } from './statement.ts';

type TraceStatements = (context: FunctionContext, block: Block, statements: readonly Stmt[]) => void;

/** What drives a loop: nothing for `while`, a counter for `for`. */
interface Driver {
  readonly init: ValueId | null;
  /** Whether there is another round; null for ever. */
  readonly test: ((body: Block, counter: ValueId) => ValueId) | null;
  readonly enter: (context: FunctionContext, body: Block, counter: ValueId) => void;
  readonly next: (body: Block, counter: ValueId, span: Span) => ValueId;
}

interface LoopParts {
  readonly carried: readonly string[];
  readonly body: readonly Stmt[];
  readonly orelse: readonly Stmt[];
  readonly span: Span;
  /** The span of the head alone, for ops of its own. */
  readonly head: Span;
}

export function traceWhile(
  context: FunctionContext,
  block: Block,
  node: Stmt & { readonly _: 'If' | 'While' },
  statements: TraceStatements,
): void {
  const forever = node.test._ === 'Constant' && node.test.value.kind === 'bool' && node.test.value.value;
  const driver: Driver = {
    init: null,
    test: forever ? null : (body) => traceCondition(context, body, node.test),
    enter: () => {},
    next: (_body, counter) => counter,
  };
  const carried = [...new Set([...namesBoundIn(node.test), ...boundNames(node.body)])];
  const span = spanOf(node);
  traceLoop(
    context,
    block,
    driver,
    { carried, body: node.body, orelse: node.orelse, span, head: spanOf(node.test) },
    statements,
  );
}

export function traceFor(
  context: FunctionContext,
  block: Block,
  node: Stmt & { readonly _: 'For' },
  statements: TraceStatements,
): void {
  const head = spanOf(node.iter);
  const range = rangeCall(context, node.iter);
  const driver =
    range === null
      ? sequenceDriver(context, block, node.iter, node.target)
      : rangeDriver(context, block, range, node.target);
  const carried = [...boundNames([{ ...node, orelse: [] }])];
  traceLoop(
    context,
    block,
    driver,
    { carried, body: node.body, orelse: node.orelse, span: spanOf(node), head },
    statements,
  );
}

function rangeCall(context: FunctionContext, iter: Expr): (Expr & { readonly _: 'Call' }) | null {
  if (iter._ !== 'Call' || iter.func._ !== 'Name' || context.locals.has(iter.func.id)) return null;
  const live = liveName(context, [iter.func.id]);
  return live?.kind === 'global' && live.name === 'builtins.range' ? iter : null;
}

function rangeDriver(
  context: FunctionContext,
  block: Block,
  call: Expr & { readonly _: 'Call' },
  target: Expr,
): Driver {
  const { numbering } = context;
  const span = spanOf(call);
  if (call.keywords.length > 0 || call.args.length < 1 || call.args.length > 3) {
    refuse(
      context,
      span,
      'EP_ARGUMENTS',
      'range() takes one to three positional arguments',
      'Write range(stop), range(start, stop) or range(start, stop, step).',
    );
  }
  const given = call.args.map((arg) => {
    const id = traceExpression(context, block, arg);
    return pushCall(block, numbering, 'everypath.range_bound', [id], spanOf(arg));
  });
  const constant = (value: bigint) => pushConstant(block, numbering, value, span);
  const start = given.length > 1 ? (given[0] ?? 0) : constant(0n);
  const stop = (given.length > 1 ? given[1] : given[0]) ?? 0;
  const step =
    given[2] === undefined
      ? constant(1n)
      : pushCall(block, numbering, 'everypath.range_step', [given[2]], span);
  return {
    init: start,
    test: (body, counter) => pushCall(body, numbering, 'everypath.range_more', [counter, stop, step], span),
    enter: (inner, body, counter) => traceTarget(inner, body, target, counter),
    next: (body, counter, at) => pushCall(body, numbering, 'everypath.range_next', [counter, step], at),
  };
}

/** Over anything with a length and items: a tuple or an array. */
function sequenceDriver(context: FunctionContext, block: Block, iter: Expr, target: Expr): Driver {
  const { numbering } = context;
  const span = spanOf(iter);
  // Nothing else can see a list written in the loop's head: a tuple serves.
  const sequence = traceExpression(context, block, iter._ === 'List' ? { ...iter, _: 'Tuple' } : iter);
  const length = pushCall(block, numbering, 'everypath.iteration_length', [sequence], span);
  const step = pushConstant(block, numbering, 1n, span);
  return {
    init: pushConstant(block, numbering, 0n, span),
    test: (body, counter) => pushCall(body, numbering, 'everypath.range_more', [counter, length, step], span),
    enter: (inner, body, counter) => {
      const index = { kind: 'value', value: counter } as const;
      traceTarget(
        inner,
        body,
        target,
        pushPy(body, numbering, { py: 'subscript', object: sequence, index, span }),
      );
    },
    next: (body, counter, at) => pushCall(body, numbering, 'everypath.range_next', [counter, step], at),
  };
}

function traceLoop(
  context: FunctionContext,
  block: Block,
  driver: Driver,
  parts: LoopParts,
  statements: TraceStatements,
): void {
  const { numbering } = context;
  const { carried, span } = parts;
  const leaving = [...new Set([...carried, ...boundNames(parts.orelse)])];
  const inits: ValueId[] = carried.map((name) => handOn(block, numbering, name, span));
  const parameters: Definition[] = carried.map((name) => define(numbering, name));
  const entry = new Map<string, Binding>(block.locals);
  carried.forEach((name, index) => {
    entry.set(name, { id: parameters[index]?.id ?? 0, sure: block.locals.get(name)?.sure === true });
  });
  const counter = define(numbering);
  if (driver.init !== null) {
    inits.push(driver.init);
    parameters.push(counter);
  }
  const exits: ReadonlyMap<string, Binding>[] = [];
  const loop: LoopContext = {
    breakTo: (from, at) => {
      const values = leaving.map((name) => handOn(from, numbering, name, at));
      exits.push(new Map(from.locals));
      from.ops.push({ kind: 'break', values, span: at });
      from.ended = true;
    },
    continueTo: (from, at) => {
      const values = carried.map((name) => handOn(from, numbering, name, at));
      if (driver.init !== null) values.push(driver.next(from, counter.id, parts.head));
      from.ops.push({ kind: 'continue', values, span: at });
      from.ended = true;
    },
  };
  const body = newBlock(entry);
  if (driver.test !== null) {
    const more = driver.test(body, counter.id);
    const leave = newBlock(body.locals);
    statements({ ...context, loop: refusingLoop(context) }, leave, parts.orelse);
    if (!leave.ended) loop.breakTo(leave, parts.head);
    joinBranches(context, body, more, newBlock(body.locals), leave, parts.head);
  }
  const inner: FunctionContext = { ...context, loop };
  driver.enter(inner, body, counter.id);
  statements(inner, body, parts.body);
  if (!body.ended) loop.continueTo(body, parts.head);

  const results = leaving.map((name) => define(numbering, name));
  const op: Op = { kind: 'loop', inits, body: region(body, parameters), results, span };
  block.ops.push(op);
  leaving.forEach((name, index) => {
    const sure = exits.every((locals) => locals.get(name)?.sure === true);
    block.locals.set(name, { id: results[index]?.id ?? 0, sure });
  });
  if (exits.length === 0) {
    block.ops.push({ kind: 'raise', exception: 'SystemError', message: 'unreachable', span });
    block.ended = true;
  }
}

/** A `break` in a loop's `else` belongs to the loop around it, which this structure cannot express. */
function refusingLoop(context: FunctionContext): LoopContext {
  const refuseHere = (_block: Block, span: Span) => {
    refuse(
      context,
      span,
      'EP_STATEMENT_UNSUPPORTED',
      "not supported yet: break or continue in a loop's else",
      'Set a variable in the else and test it behind the loop.',
    );
  };
  return { breakTo: refuseHere, continueTo: refuseHere };
}
