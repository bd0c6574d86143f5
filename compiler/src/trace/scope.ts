// Which names a piece of Python binds: what a function's locals are, and what a loop carries from round to round.
// Nested functions and comprehensions have scopes of their own and are refused elsewhere.

import type { Expr, Stmt } from './python-ast.ts';

/** Names that these statements bind, in the order of their first binding. */
export function boundNames(statements: readonly Stmt[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of statements) collect(statement, names);
  return names;
}

/** Names that an expression binds (by `:=`). */
export function namesBoundIn(expression: Expr): ReadonlySet<string> {
  const names = new Set<string>();
  collect(expression, names);
  return names;
}

function collect(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, names);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  const tagged = node as Expr | Stmt;
  switch (tagged._) {
    case 'Assign':
      for (const target of tagged.targets) bind(target, names);
      collect(tagged.value, names);
      return;
    case 'AugAssign':
    case 'NamedExpr':
      bind(tagged.target, names);
      collect(tagged.value, names);
      return;
    case 'AnnAssign':
      bind(tagged.target, names);
      if (tagged.value !== null) collect(tagged.value, names);
      return;
    case 'For':
      bind(tagged.target, names);
      break;
    case 'FunctionDef':
      names.add(tagged.name);
      return;
    default:
      break;
  }
  for (const [key, value] of Object.entries(tagged))
    if (key !== 'at' && key !== 'target') collect(value, names);
}

function bind(target: Expr, names: Set<string>): void {
  if (target._ === 'Name') names.add(target.id);
  else if (target._ === 'Tuple' || target._ === 'List') for (const item of target.elts) bind(item, names);
  else if (target._ === 'Starred') bind(target.value, names);
}
