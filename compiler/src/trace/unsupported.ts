// What the tracer does not take, in one table: the construct's name for people and what to do instead.

import type { At } from '../sandbox/protocol.ts';
import { type FunctionContext, type REFUSED, refuse } from './context.ts';
import { spanOf } from './python-ast.ts';

const EXPRESSIONS: Readonly<Record<string, readonly [string, string]>> = {
  JoinedStr: ['f-strings', 'Return the values and format them outside.'],
  TemplateStr: ['t-strings', 'Return the values and format them outside.'],
  Lambda: ['lambda', 'Write a function at module level and call it by name.'],
  ListComp: ['list comprehensions', 'Write a loop, or a NumPy operation over the whole array.'],
  SetComp: ['set comprehensions', 'Write a loop.'],
  DictComp: ['dict comprehensions', 'Write a loop.'],
  GeneratorExp: ['generator expressions', 'Write a loop.'],
  Dict: ['dicts', 'Use separate parameters or a tuple.'],
  Set: ['sets', 'Use a tuple and comparisons.'],
  Await: ['await', 'Make the function an ordinary one.'],
  Yield: ['generators', 'Return the whole result.'],
  YieldFrom: ['generators', 'Return the whole result.'],
  Starred: ['starred expressions', 'Write the items out.'],
};

const STATEMENTS: Readonly<Record<string, readonly [string, string]>> = {
  Try: ['try', 'Test for the condition before it fails.'],
  TryStar: ['try', 'Test for the condition before it fails.'],
  With: ['with', 'Do it outside the compiled function.'],
  AsyncWith: ['async with', 'Do it outside the compiled function.'],
  AsyncFor: ['async for', 'Make the function an ordinary one.'],
  Match: ['match', 'Write if, elif and else.'],
  ClassDef: ['a class inside a function', 'Use functions and tuples.'],
  FunctionDef: ['a function inside a function', 'Move it to module level and pass it what it needs.'],
  AsyncFunctionDef: ['an async function', 'Make it an ordinary function.'],
  Global: ['global', 'Pass the value as a parameter and return it.'],
  Nonlocal: ['nonlocal', 'Pass the value as a parameter and return it.'],
  Delete: ['del', 'Leave the name alone; memory is freed by itself.'],
  Import: ['import inside a function', 'Move the import to the top of the file.'],
  ImportFrom: ['import inside a function', 'Move the import to the top of the file.'],
};

interface Refused {
  readonly _: string;
  readonly at: At;
}

export function refuseExpression(context: FunctionContext, node: Refused): typeof REFUSED {
  const [what, hint] = EXPRESSIONS[node._] ?? [`the expression ${node._}`, 'Write it another way.'];
  return refuse(context, spanOf(node), 'EP_EXPRESSION_UNSUPPORTED', `not supported yet: ${what}`, hint);
}

export function refuseStatement(context: FunctionContext, node: Refused): void {
  const [what, hint] = STATEMENTS[node._] ?? [`the statement ${node._}`, 'Write it another way.'];
  refuse(context, spanOf(node), 'EP_STATEMENT_UNSUPPORTED', `not supported yet: ${what}`, hint);
}

/** Refuses every unsupported construct inside a node that is not traced. */
export function refuseWithin(context: FunctionContext, node: unknown): void {
  if (Array.isArray(node)) {
    for (const item of node) refuseWithin(context, item);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  const tagged = node as Refused & Readonly<Record<string, unknown>>;
  if (Object.hasOwn(STATEMENTS, tagged._ ?? '')) refuseStatement(context, tagged);
  else if (Object.hasOwn(EXPRESSIONS, tagged._ ?? '')) refuseExpression(context, tagged);
  else for (const [key, value] of Object.entries(tagged)) if (key !== 'at') refuseWithin(context, value);
}
