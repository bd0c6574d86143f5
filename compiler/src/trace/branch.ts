// Two ways through an `if` become one op again: locals that they leave different are joined as results. A way that
// cannot fall through joins nothing; the other one then simply goes on behind the `if`.

import type { Definition, Span, ValueId } from '../ir/ir.ts';
import { type Block, define, handOn, region } from './block.ts';
import type { FunctionContext } from './context.ts';

/** One more value that both ways give, such as that of `a if c else b`. */
export interface ExtraResult {
  readonly result: Definition;
  readonly then: ValueId;
  readonly else: ValueId;
}

/** Puts the `if` into the block that it came from and carries the locals on. */
export function joinBranches(
  context: FunctionContext,
  block: Block,
  condition: ValueId,
  thenBlock: Block,
  elseBlock: Block,
  span: Span,
  extra?: ExtraResult,
): void {
  const { numbering } = context;
  if (thenBlock.ended || elseBlock.ended) {
    const goesOn = thenBlock.ended ? elseBlock : thenBlock;
    const empty = { parameters: [], ops: [{ kind: 'yield', values: [], span } as const] };
    block.ops.push({
      kind: 'if',
      condition,
      then: thenBlock.ended ? region(thenBlock) : empty,
      else: thenBlock.ended ? empty : region(elseBlock),
      results: [],
      span,
    });
    block.ops.push(...goesOn.ops);
    block.ended = goesOn.ended;
    replaceLocals(block, goesOn.locals);
    return;
  }
  const results: Definition[] = [];
  const thenValues: ValueId[] = [];
  const elseValues: ValueId[] = [];
  const joined = new Map(block.locals);
  for (const name of new Set([...thenBlock.locals.keys(), ...elseBlock.locals.keys()])) {
    const then = thenBlock.locals.get(name);
    const otherwise = elseBlock.locals.get(name);
    if (then !== undefined && then.id === otherwise?.id) {
      joined.set(name, then);
      continue;
    }
    const result = define(numbering, name);
    results.push(result);
    thenValues.push(handOn(thenBlock, numbering, name, span));
    elseValues.push(handOn(elseBlock, numbering, name, span));
    joined.set(name, { id: result.id, sure: then?.sure === true && otherwise?.sure === true });
  }
  if (extra !== undefined) {
    results.push(extra.result);
    thenValues.push(extra.then);
    elseValues.push(extra.else);
  }
  thenBlock.ops.push({ kind: 'yield', values: thenValues, span });
  elseBlock.ops.push({ kind: 'yield', values: elseValues, span });
  block.ops.push({ kind: 'if', condition, then: region(thenBlock), else: region(elseBlock), results, span });
  replaceLocals(block, joined);
}

function replaceLocals(block: Block, locals: ReadonlyMap<string, { id: ValueId; sure: boolean }>): void {
  block.locals.clear();
  for (const [name, binding] of locals) block.locals.set(name, binding);
}
