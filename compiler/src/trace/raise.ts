// `raise X("text")` and `assert`: exceptions whose class and message are known now. Anything else is refused.

import { type Block, newBlock } from './block.ts';
import { joinBranches } from './branch.ts';
import { type FunctionContext, liveName, refuse } from './context.ts';
import { dottedPath } from './dotted-path.ts';
import { traceCondition } from './expression.ts';
import { type Expr, type Stmt, spanOf } from './python-ast.ts';

export function traceRaise(
  context: FunctionContext,
  block: Block,
  node: Stmt & { readonly _: 'Raise' },
): void {
  const span = spanOf(node);
  const call = node.exc?._ === 'Call' ? node.exc : null;
  const path = node.exc === null ? null : dottedPath(call?.func ?? node.exc);
  const live = path === null || context.locals.has(path[0] ?? '') ? undefined : liveName(context, path);
  const exception = live?.kind === 'global' && live.exception === true ? live.name : null;
  const message = call === null ? '' : literalMessage(call.args);
  const causeIsNone =
    node.cause === null || (node.cause._ === 'Constant' && node.cause.value.kind === 'none');
  block.ended = true;
  if (exception === null || message === null || !causeIsNone || (call?.keywords.length ?? 0) > 0) {
    refuse(
      context,
      span,
      'EP_RAISE_UNSUPPORTED',
      'only built-in exceptions with a literal message can be raised',
      'Write it like raise ValueError("what is wrong").',
    );
    return;
  }
  const name = exception.replace(/^builtins\./, '');
  const shown = name === 'KeyError' && call !== null && call.args.length > 0 ? pythonRepr(message) : message;
  if (shown === null) {
    refuse(
      context,
      span,
      'EP_RAISE_UNSUPPORTED',
      'the message of a KeyError must be plain ASCII text',
      'Write it in letters, digits and punctuation.',
    );
    return;
  }
  block.ops.push({ kind: 'raise', exception: name, message: shown, span });
}

export function traceAssert(
  context: FunctionContext,
  block: Block,
  node: Stmt & { readonly _: 'Assert' },
): void {
  const span = spanOf(node);
  const condition = traceCondition(context, block, node.test);
  const message = literalMessage(node.msg === null ? [] : [node.msg]);
  if (message === null) {
    refuse(
      context,
      span,
      'EP_RAISE_UNSUPPORTED',
      "an assertion's message must be a string literal",
      'Write the message as plain text in quotes.',
    );
    return;
  }
  const passes = newBlock(block.locals);
  const fails = newBlock(block.locals);
  fails.ops.push({ kind: 'raise', exception: 'AssertionError', message, span });
  fails.ended = true;
  joinBranches(context, block, condition, passes, fails, span);
}

function literalMessage(args: readonly Expr[]): string | null {
  const [message, ...rest] = args;
  if (message === undefined) return '';
  if (rest.length > 0 || message._ !== 'Constant' || message.value.kind !== 'str') return null;
  return message.value.value;
}

/** How Python shows a string: what str() of a KeyError gives. Null where escapes would be needed. */
function pythonRepr(text: string): string | null {
  if (!/^[ -[\]-~]*$/.test(text) || (text.includes("'") && text.includes('"'))) return null;
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}
