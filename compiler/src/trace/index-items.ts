// What stands between the brackets of a subscript: values, slices, `...`, None, and tuples of these.

import type { PyIndex, ValueId } from '../ir/ir.ts';
import type { Block } from './block.ts';
import { type FunctionContext, liveName } from './context.ts';
import { dottedPath } from './dotted-path.ts';
import type { Expr } from './python-ast.ts';

type Trace = (context: FunctionContext, block: Block, node: Expr) => ValueId;

export function traceIndex(context: FunctionContext, block: Block, node: Expr, trace: Trace): PyIndex {
  const part = (bound: Expr | null) => (bound === null ? null : trace(context, block, bound));
  if (node._ === 'Slice') {
    return { kind: 'slice', start: part(node.lower), stop: part(node.upper), step: part(node.step) };
  }
  if (node._ === 'Tuple') {
    return { kind: 'tuple', items: node.elts.map((item) => traceIndex(context, block, item, trace)) };
  }
  if (node._ === 'Constant' && node.value.kind === 'ellipsis') return { kind: 'ellipsis' };
  if (node._ === 'Constant' && node.value.kind === 'none') return { kind: 'newaxis' };
  const path = dottedPath(node);
  if (path !== null && !context.locals.has(path[0] ?? '')) {
    const live = liveName(context, path);
    if (live?.kind === 'global' && live.name === 'numpy.newaxis') return { kind: 'newaxis' };
  }
  return { kind: 'value', value: trace(context, block, node) };
}
