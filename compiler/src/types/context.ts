// What the typing of one function shares: its typed values so far, where diagnostics go, and how helpers are asked
// for. One context a specialisation.

import type { CallSite, Operand, Resolution } from '@everypath/operators';
import type { Diagnostic } from '../ir/diagnostic.ts';
import type { IrFunction, IrType, Op, Span, ValueId } from '../ir/ir.ts';
import type { Joined } from './join.ts';
import { REFUSED, type Typed } from './typed-value.ts';

/** One item between the brackets of a subscript. */
export type IndexItem =
  | { readonly kind: 'value'; readonly operand: Operand }
  | {
      readonly kind: 'slice';
      readonly start: Operand | null;
      readonly stop: Operand | null;
      readonly step: Operand | null;
    }
  | { readonly kind: 'ellipsis' }
  | { readonly kind: 'newaxis' };

/** The operator library as the type stage uses it. */
export interface OperatorRules {
  readonly resolveCall: (call: CallSite) => Resolution;
  readonly resolveSubscript: (object: Operand, items: readonly IndexItem[]) => Resolution;
  /** `numpy.ndarray` for an array: methods are looked up there. */
  readonly className: (operand: Operand) => string;
  readonly isKnownCallee: (callee: string) => boolean;
}

export interface ModuleTyping {
  readonly rules: OperatorRules;
  readonly file: string;
  /** The Python text of a span. */
  readonly text: (span: Span) => string;
  readonly traced: ReadonlyMap<string, IrFunction>;
  diagnostics: Diagnostic[];
  readonly specialise: (name: string, args: readonly Typed[], span: Span) => Specialised | null;
}

/** A helper typed for given arguments. */
export interface Specialised {
  readonly name: string;
  readonly result: IrType;
  /** Set when the result is known at compile time. */
  readonly constant: Typed | null;
  /** Set when every way through it raises or goes on for ever. */
  readonly neverReturns: boolean;
  /** Which arguments are passed at run time; the others are known and built in. */
  readonly passed: readonly number[];
}

/** A way out of a loop whose values get their final types once all ways are known. */
export interface Exit {
  readonly placeholder: Op;
  readonly values: readonly Typed[];
  readonly span: Span;
}

export interface LoopTyping {
  /** What this pass assumes of the carried values. */
  readonly assumed: readonly Joined[];
  readonly names: readonly (string | undefined)[];
  readonly continues: Exit[];
  readonly exits: Exit[];
}

export interface TypingContext {
  readonly module: ModuleTyping;
  readonly numbering: { next: ValueId };
  /** Typed values by traced id. */
  readonly values: Map<ValueId, Typed>;
  readonly returns: { readonly value: Typed; readonly type: IrType; readonly span: Span }[];
  readonly loop: LoopTyping | null;
}

export interface TypedBlock {
  readonly ops: Op[];
  ended: boolean;
}

export function emptyBlock(): TypedBlock {
  return { ops: [], ended: false };
}

/** Notes what cannot be typed; typing goes on to find more. */
export function refuse(
  context: TypingContext,
  span: Span,
  code: string,
  message: string,
  hint: string,
): Typed {
  const { module } = context;
  module.diagnostics.push({ severity: 'error', code, message, hint, file: module.file, span });
  return REFUSED;
}

export function typedOf(context: TypingContext, id: ValueId): Typed {
  return context.values.get(id) ?? REFUSED;
}
