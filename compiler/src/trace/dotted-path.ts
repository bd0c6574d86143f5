// Dotted names in the source: what `np.linalg.norm` is called, before anything is known of it.

import type { Expr } from './python-ast.ts';

/** `['np', 'linalg', 'norm']` of `np.linalg.norm`; null when the root is not a name. */
export function dottedPath(node: Expr): readonly string[] | null {
  if (node._ === 'Name') return [node.id];
  if (node._ !== 'Attribute') return null;
  const root = dottedPath(node.value);
  return root === null ? null : [...root, node.attr];
}
