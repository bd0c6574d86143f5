// Where traced ops are put while a function is traced: a growing list with the locals' current values. The IR
// itself is never changed; a block's ops become a region when it is done.

import type { Constant } from '@everypath/operators';
import type { Definition, Op, PyCallee, PyOp, Region, Span, ValueId } from '../ir/ir.ts';

/** A local's value here; `sure` when no way to here leaves it unbound. A name without one is unbound. */
export interface Binding {
  readonly id: ValueId;
  readonly sure: boolean;
}

export interface Block {
  readonly ops: Op[];
  readonly locals: Map<string, Binding>;
  /** Set once a terminator is in: what follows cannot run. */
  ended: boolean;
}

/** Hands out a function's value numbers. */
export interface Numbering {
  next: ValueId;
}

export const UNKNOWN = { kind: 'unknown' } as const;

export function newBlock(locals: ReadonlyMap<string, Binding>): Block {
  return { ops: [], locals: new Map(locals), ended: false };
}

export function define(numbering: Numbering, name?: string): Definition {
  const id = numbering.next++;
  return name === undefined ? { id, type: UNKNOWN } : { id, type: UNKNOWN, name };
}

export function region(block: Block, parameters: readonly Definition[] = []): Region {
  return { parameters, ops: block.ops };
}

export function pushConstant(block: Block, numbering: Numbering, value: Constant, span: Span): ValueId {
  const result = define(numbering);
  block.ops.push({ kind: 'constant', result, value, span });
  return result.id;
}

export function pushUnbound(block: Block, numbering: Numbering, span: Span): ValueId {
  const result = define(numbering);
  block.ops.push({ kind: 'unbound', result, span });
  return result.id;
}

type Distribute<T> = T extends unknown ? Omit<T, 'kind' | 'result'> : never;

/** Puts a Python-level op and returns its value. */
export function pushPy(block: Block, numbering: Numbering, op: Distribute<PyOp>): ValueId {
  const result = define(numbering);
  block.ops.push({ kind: 'py', result, ...op } as PyOp);
  return result.id;
}

export function pushCall(
  block: Block,
  numbering: Numbering,
  callee: string | PyCallee,
  args: readonly ValueId[],
  span: Span,
  kwargs: Readonly<Record<string, ValueId>> = {},
): ValueId {
  const target: PyCallee = typeof callee === 'string' ? { kind: 'global', name: callee } : callee;
  return pushPy(block, numbering, { py: 'call', callee: target, args, kwargs, span });
}

/** Names the value that the last op defines, for people. */
export function nameLast(block: Block, id: ValueId, name: string): void {
  const last = block.ops.at(-1);
  if (last === undefined || !('result' in last) || last.result.id !== id || last.result.name !== undefined)
    return;
  block.ops[block.ops.length - 1] = { ...last, result: { ...last.result, name } } as Op;
}

/** The value of a local to hand on, bound or not. */
export function handOn(block: Block, numbering: Numbering, name: string, span: Span): ValueId {
  return block.locals.get(name)?.id ?? pushUnbound(block, numbering, span);
}
