// Calls: which callee a call names, and how the arguments of a function of this module bind to its parameters.

import type { ValueId } from '../ir/ir.ts';
import type { LiveValue } from '../sandbox/protocol.ts';
import { type Block, pushCall } from './block.ts';
import { type FunctionContext, liveName, REFUSED, refuse, type SourceFunction } from './context.ts';
import { dottedPath } from './dotted-path.ts';
import { traceLive } from './live-value.ts';
import { type Expr, spanOf } from './python-ast.ts';
import { refuseExpression } from './unsupported.ts';

type CallNode = Expr & { readonly _: 'Call' };
type Trace = (context: FunctionContext, block: Block, node: Expr) => ValueId;

/** Puts the ops of a call and returns its value. */
export function traceCall(context: FunctionContext, block: Block, node: CallNode, trace: Trace): ValueId {
  const span = spanOf(node);
  const path = dottedPath(node.func);
  const isLocal = path !== null && context.locals.has(path[0] ?? '');
  const live = path === null || isLocal ? undefined : liveName(context, path);
  if (live?.kind === 'function') return traceFunctionCall(context, block, node, live, trace);
  if (live?.kind === 'global' && live.name.startsWith('everypath.')) {
    const hint = 'The package everypath has a decorator and nothing to call in a function.';
    return refuse(context, span, 'EP_CALLEE_UNSUPPORTED', `${live.name} cannot be called here`, hint);
  }
  if (live?.kind === 'global') {
    const given = traceArguments(context, block, node, trace);
    if (given === null) return REFUSED;
    return pushCall(block, context.numbering, live.name, given.args, span, given.kwargs);
  }
  if (node.func._ === 'Attribute' && (isLocal || path === null || live === undefined)) {
    const object = trace(context, block, node.func.value);
    const given = traceArguments(context, block, node, trace);
    if (given === null) return REFUSED;
    const callee = { kind: 'method', object, name: node.func.attr } as const;
    return pushCall(block, context.numbering, callee, given.args, span, given.kwargs);
  }
  if (live !== undefined && node.func._ === 'Attribute' && live.kind === 'attribute') {
    const object = traceLive(context, block, live.object, path?.join('.') ?? '', span);
    const given = traceArguments(context, block, node, trace);
    if (given === null) return REFUSED;
    const callee = { kind: 'method', object, name: live.attribute } as const;
    return pushCall(block, context.numbering, callee, given.args, span, given.kwargs);
  }
  if (path !== null && live === undefined && !isLocal) return trace(context, block, node.func);
  return refuse(
    context,
    span,
    'EP_CALLEE_UNSUPPORTED',
    live?.kind === 'unsupported'
      ? `${path?.join('.')} is ${live.what}, which cannot be called`
      : 'this callee is a value',
    'Call a function of this module, of Python, of math or of NumPy by its name.',
  );
}

interface Arguments {
  readonly args: readonly ValueId[];
  readonly kwargs: Readonly<Record<string, ValueId>>;
}

function traceArguments(
  context: FunctionContext,
  block: Block,
  node: CallNode,
  trace: Trace,
): Arguments | null {
  const starred = node.args.find((arg) => arg._ === 'Starred');
  if (starred !== undefined) {
    refuseExpression(context, starred);
    return null;
  }
  const args = node.args.map((arg) => trace(context, block, arg));
  const kwargs: Record<string, ValueId> = {};
  for (const keyword of node.keywords) {
    if (keyword.arg === null) {
      refuseExpression(context, { _: 'Starred', at: keyword.at });
      return null;
    }
    kwargs[keyword.arg] = trace(context, block, keyword.value);
  }
  return { args, kwargs };
}

/** A helper's arguments in the order of its parameters, defaults filled in. */
function traceFunctionCall(
  context: FunctionContext,
  block: Block,
  node: CallNode,
  live: LiveValue & { readonly kind: 'function' },
  trace: Trace,
): ValueId {
  const span = spanOf(node);
  const target = context.module.functions.get(live.line);
  if (target === undefined) {
    return refuse(
      context,
      span,
      'EP_CALLEE_UNSUPPORTED',
      `the definition of ${live.name} was not found at module level`,
      'Define the function with a plain def at module level.',
    );
  }
  const given = traceArguments(context, block, node, trace);
  if (given === null) return REFUSED;
  const args = bindArguments(context, block, target, given, node);
  if (args === null) return REFUSED;
  context.module.wanted.set(live.line, live.name);
  const name = functionName(live);
  return pushCall(block, context.numbering, { kind: 'function', name }, args, span);
}

/** The name of a traced function: unique even where the source defines a name twice. */
export function functionName(live: { readonly name: string; readonly line: number }): string {
  return `${live.name}@${live.line}`;
}

function bindArguments(
  context: FunctionContext,
  block: Block,
  target: SourceFunction,
  given: Arguments,
  node: CallNode,
): readonly ValueId[] | null {
  const span = spanOf(node);
  const { args: parameters } = target.definition;
  const positional = [...parameters.posonlyargs, ...parameters.args].map((parameter) => parameter.arg);
  const keywordOnly = parameters.kwonlyargs.map((parameter) => parameter.arg);
  const { name, defaults, keywordDefaults } = target.live;
  const wrong = (message: string) => {
    refuse(context, span, 'EP_ARGUMENTS', `${name}() ${message}`, 'CPython would raise a TypeError here.');
    return null;
  };
  if (given.args.length > positional.length) {
    return wrong(`takes ${positional.length} positional arguments but ${given.args.length} were given`);
  }
  const bound = new Map<string, ValueId>();
  given.args.forEach((id, index) => {
    bound.set(positional[index] ?? '', id);
  });
  const byKeyword = new Set([...parameters.args.map((parameter) => parameter.arg), ...keywordOnly]);
  for (const [keyword, id] of Object.entries(given.kwargs)) {
    if (!byKeyword.has(keyword)) return wrong(`got an unexpected keyword argument '${keyword}'`);
    if (bound.has(keyword)) return wrong(`got multiple values for argument '${keyword}'`);
    bound.set(keyword, id);
  }
  const result: ValueId[] = [];
  for (const [index, parameter] of [...positional, ...keywordOnly].entries()) {
    const id = bound.get(parameter);
    if (id !== undefined) {
      result.push(id);
      continue;
    }
    const fallback =
      index < positional.length
        ? defaults[index - (positional.length - defaults.length)]
        : keywordDefaults[parameter];
    if (fallback === undefined) return wrong(`is missing the argument '${parameter}'`);
    result.push(traceLive(context, block, fallback, `${name}'s default of ${parameter}`, span));
  }
  return result;
}
