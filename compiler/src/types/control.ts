// `if` and `loop` with types: conditions known at compile time are folded away, ways are joined, and a loop is typed
// again until what it carries keeps its type from round to round.

import type { Definition, IrType, LoopOp, Op, Region, Span, ValueId } from '../ir/ir.ts';
import {
  type Exit,
  emptyBlock,
  type LoopTyping,
  type TypedBlock,
  type TypingContext,
  typedOf,
} from './context.ts';
import {
  coerce,
  define,
  joinAll,
  joinedTypeOf,
  materialise,
  pushRaise,
  refuseJoin,
  sameTyped,
  valueTyped,
} from './emit.ts';
import { type Joined, joinTypes, sameType } from './join.ts';
import { constantTruth } from './truth.ts';
import { REFUSED, type Typed } from './typed-value.ts';

type TypeRegion = (context: TypingContext, block: TypedBlock, region: Region) => readonly Typed[] | null;
type IfOp = Extract<Op, { kind: 'if' }>;

export function typeIf(context: TypingContext, block: TypedBlock, op: IfOp, typeRegion: TypeRegion): void {
  const { span } = op;
  const condition = typedOf(context, op.condition);
  const known = constantTruth(condition);
  if (known !== null) {
    bindResults(context, op.results, typeRegion(context, block, known ? op.then : op.else));
    return;
  }
  const conditionId = materialise(context, block, condition, span);
  const thenBlock = emptyBlock();
  const thenValues = typeRegion(context, thenBlock, op.then);
  const elseBlock = emptyBlock();
  const elseValues = typeRegion(context, elseBlock, op.else);
  // A refused condition: its diagnostic is there already; both ways were typed to find more.
  if (conditionId === null) {
    bindResults(context, op.results, null);
    return;
  }
  const push = (then: TypedBlock, otherwise: TypedBlock, results: readonly Definition[]) => {
    block.ops.push({
      kind: 'if',
      condition: conditionId,
      then: { parameters: [], ops: then.ops },
      else: { parameters: [], ops: otherwise.ops },
      results,
      span,
    });
  };
  if (thenValues === null || elseValues === null) {
    // What goes on behind the `if` is the other way's code, moved out of it.
    const passes: TypedBlock = { ops: [{ kind: 'yield', values: [], span }], ended: true };
    const goesOn = thenValues === null ? elseBlock : thenBlock;
    if (thenValues === null) push(thenBlock, passes, []);
    else push(passes, elseBlock, []);
    block.ops.push(...goesOn.ops);
    block.ended = goesOn.ended;
    bindResults(context, op.results, thenValues ?? elseValues);
    return;
  }
  const results: Definition[] = [];
  const thenIds: ValueId[] = [];
  const elseIds: ValueId[] = [];
  for (const [index, traced] of op.results.entries()) {
    const then = thenValues[index] ?? REFUSED;
    const otherwise = elseValues[index] ?? REFUSED;
    if (sameTyped(then, otherwise)) {
      context.values.set(traced.id, then);
      continue;
    }
    const joined = joinAll(context, [then, otherwise], traced.name, span);
    const type = boundType(joined);
    const thenId = type === null ? null : coerce(context, thenBlock, then, type, span);
    const elseId = type === null ? null : coerce(context, elseBlock, otherwise, type, span);
    if (type === null || thenId === null || elseId === null) {
      context.values.set(traced.id, REFUSED);
      continue;
    }
    const result = define(context, type, traced.name);
    results.push(result);
    thenIds.push(thenId);
    elseIds.push(elseId);
    context.values.set(traced.id, valueTyped(result));
  }
  thenBlock.ops.push({ kind: 'yield', values: thenIds, span });
  elseBlock.ops.push({ kind: 'yield', values: elseIds, span });
  push(thenBlock, elseBlock, results);
}

function bindResults(
  context: TypingContext,
  results: readonly Definition[],
  values: readonly Typed[] | null,
): void {
  results.forEach((result, index) => {
    context.values.set(result.id, values?.[index] ?? REFUSED);
  });
}

/** A type that a run-time value can have, or null. */
function boundType(joined: Joined | null): IrType | null {
  return joined === null || joined.kind === 'unbound' || joined.kind === 'unknown' ? null : joined;
}

/** More rounds than a chain unbound → T → maybe T → lengths forgotten can take. */
const MAX_PASSES = 12;

export function typeLoop(
  context: TypingContext,
  block: TypedBlock,
  op: LoopOp,
  typeRegion: TypeRegion,
): void {
  const { span } = op;
  const { module } = context;
  const inits = op.inits.map((id) => typedOf(context, id));
  let assumed: readonly Joined[] = inits.map(joinedTypeOf);
  const before = module.diagnostics;
  for (let pass = 0; ; pass++) {
    module.diagnostics = [...before];
    const names = op.body.parameters.map((parameter) => parameter.name);
    const loop: LoopTyping = { assumed, names, continues: [], exits: [] };
    const returnsBefore = context.returns.length;
    const body = emptyBlock();
    const inner: TypingContext = { ...context, loop };
    const parameters = op.body.parameters.map((traced, index) => {
      const type = boundType(assumed[index] ?? null);
      if (type === null) {
        const isUnbound = assumed[index]?.kind === 'unbound';
        context.values.set(traced.id, isUnbound ? { kind: 'unbound' } : REFUSED);
        return null;
      }
      const parameter = define(context, type, traced.name);
      context.values.set(traced.id, valueTyped(parameter));
      return parameter;
    });
    typeRegion(inner, body, op.body);
    const next = joinRounds(context, assumed, loop, span);
    if (
      next !== null &&
      pass < MAX_PASSES &&
      next.some((type, index) => !sameType(type, assumed[index] as Joined))
    ) {
      assumed = next;
      context.returns.length = returnsBefore;
      continue;
    }
    finishLoop(context, block, op, { inits, parameters, body, loop });
    return;
  }
}

/** The carried types once all ways around are joined in; null when some have none. */
function joinRounds(
  context: TypingContext,
  assumed: readonly Joined[],
  loop: LoopTyping,
  span: Span,
): readonly Joined[] | null {
  const next: Joined[] = [];
  let complete = true;
  for (const [index, type] of assumed.entries()) {
    let joined: Joined = type;
    for (const round of loop.continues) {
      const given = joinedTypeOf(round.values[index] ?? REFUSED);
      const more = joinTypes(joined, given);
      if (more === null) {
        refuseJoin(context, joined, given, loop.names[index], span);
        complete = false;
        break;
      }
      joined = more;
    }
    next.push(joined);
  }
  return complete ? next : null;
}

interface TypedLoop {
  readonly inits: readonly Typed[];
  readonly parameters: readonly (Definition | null)[];
  readonly body: TypedBlock;
  readonly loop: LoopTyping;
}

function finishLoop(context: TypingContext, block: TypedBlock, op: LoopOp, typed: TypedLoop): void {
  const { span } = op;
  const { inits, parameters, body, loop } = typed;
  const kept = parameters.flatMap((parameter, index) => (parameter === null ? [] : [{ parameter, index }]));
  const initIds = kept.map(({ parameter, index }) =>
    coerce(context, block, inits[index] ?? REFUSED, parameter.type, span),
  );
  const replaced = new Map<Op, readonly Op[]>();
  const leave = (kind: 'break' | 'continue', exit: Exit, pick: readonly [number, IrType][]) => {
    const site = emptyBlock();
    const ids = pick.map(([index, type]) =>
      coerce(context, site, exit.values[index] ?? REFUSED, type, exit.span),
    );
    site.ops.push({ kind, values: ids.flatMap((id) => id ?? []), span: exit.span });
    replaced.set(exit.placeholder, site.ops);
  };
  for (const round of loop.continues) {
    leave(
      'continue',
      round,
      kept.map(({ parameter, index }) => [index, parameter.type]),
    );
  }
  const results: Definition[] = [];
  const picked: [number, IrType][] = [];
  for (const [index, traced] of op.results.entries()) {
    const values = loop.exits.map((exit) => exit.values[index] ?? REFUSED);
    if (values.every((value) => value.kind === 'unbound')) {
      context.values.set(traced.id, { kind: 'unbound' });
      continue;
    }
    const type = boundType(joinAll(context, values, traced.name, span));
    if (type === null) {
      context.values.set(traced.id, REFUSED);
      continue;
    }
    const result = define(context, type, traced.name);
    results.push(result);
    picked.push([index, type]);
    context.values.set(traced.id, valueTyped(result));
  }
  for (const exit of loop.exits) leave('break', exit, picked);
  block.ops.push({
    kind: 'loop',
    inits: initIds.flatMap((id) => id ?? []),
    body: { parameters: kept.map(({ parameter }) => parameter), ops: expand(body.ops, replaced) },
    results,
    span,
  });
  if (loop.exits.length === 0) pushRaise(block, 'SystemError', 'unreachable', span);
}

/** Puts the final ways out where their placeholders stand. */
function expand(ops: readonly Op[], replaced: ReadonlyMap<Op, readonly Op[]>): readonly Op[] {
  return ops.flatMap((op): readonly Op[] => {
    const final = replaced.get(op);
    if (final !== undefined) return final;
    switch (op.kind) {
      case 'if':
        return [
          {
            ...op,
            then: { ...op.then, ops: expand(op.then.ops, replaced) },
            else: { ...op.else, ops: expand(op.else.ops, replaced) },
          },
        ];
      case 'loop':
        return [{ ...op, body: { ...op.body, ops: expand(op.body.ops, replaced) } }];
      default:
        return [op];
    }
  });
}
