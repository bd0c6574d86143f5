// The classes of CPython's `ast` that the tracer reads, as one tagged union each for expressions and statements.
// A class that is not here reaches the tracer's default case, which refuses it by name.

import type { Span } from '../ir/ir.ts';
import type { At, LiveValue } from '../sandbox/protocol.ts';

interface Node {
  readonly at: At;
}

export type Expr = Node &
  (
    | { readonly _: 'Constant'; readonly value: LiveValue }
    | { readonly _: 'Name'; readonly id: string }
    | { readonly _: 'BinOp'; readonly left: Expr; readonly op: string; readonly right: Expr }
    | { readonly _: 'UnaryOp'; readonly op: string; readonly operand: Expr }
    | { readonly _: 'BoolOp'; readonly op: 'And' | 'Or'; readonly values: readonly Expr[] }
    | {
        readonly _: 'Compare';
        readonly left: Expr;
        readonly ops: readonly string[];
        readonly comparators: readonly Expr[];
      }
    | { readonly _: 'IfExp'; readonly test: Expr; readonly body: Expr; readonly orelse: Expr }
    | {
        readonly _: 'Call';
        readonly func: Expr;
        readonly args: readonly Expr[];
        readonly keywords: readonly Keyword[];
      }
    | { readonly _: 'Attribute'; readonly value: Expr; readonly attr: string }
    | { readonly _: 'Subscript'; readonly value: Expr; readonly slice: Expr }
    | {
        readonly _: 'Slice';
        readonly lower: Expr | null;
        readonly upper: Expr | null;
        readonly step: Expr | null;
      }
    | { readonly _: 'Tuple' | 'List'; readonly elts: readonly Expr[] }
    | { readonly _: 'NamedExpr'; readonly target: Expr; readonly value: Expr }
    | { readonly _: 'Starred'; readonly value: Expr }
  );

export interface Keyword extends Node {
  readonly arg: string | null;
  readonly value: Expr;
}

export type Stmt = Node &
  (
    | FunctionDef
    | { readonly _: 'Expr'; readonly value: Expr }
    | { readonly _: 'Assign'; readonly targets: readonly Expr[]; readonly value: Expr }
    | { readonly _: 'AugAssign'; readonly target: Expr; readonly op: string; readonly value: Expr }
    | { readonly _: 'AnnAssign'; readonly target: Expr; readonly value: Expr | null }
    | { readonly _: 'Return'; readonly value: Expr | null }
    | {
        readonly _: 'If' | 'While';
        readonly test: Expr;
        readonly body: readonly Stmt[];
        readonly orelse: readonly Stmt[];
      }
    | {
        readonly _: 'For';
        readonly target: Expr;
        readonly iter: Expr;
        readonly body: readonly Stmt[];
        readonly orelse: readonly Stmt[];
      }
    | { readonly _: 'Assert'; readonly test: Expr; readonly msg: Expr | null }
    | { readonly _: 'Raise'; readonly exc: Expr | null; readonly cause: Expr | null }
    | { readonly _: 'Pass' | 'Break' | 'Continue' }
  );

export interface FunctionDef extends Node {
  readonly _: 'FunctionDef';
  readonly name: string;
  readonly args: Arguments;
  readonly body: readonly Stmt[];
  readonly decorator_list: readonly Expr[];
  readonly returns: Expr | null;
}

export interface Arguments {
  readonly posonlyargs: readonly Argument[];
  readonly args: readonly Argument[];
  readonly vararg: Argument | null;
  readonly kwonlyargs: readonly Argument[];
  readonly kwarg: Argument | null;
}

export interface Argument extends Node {
  readonly arg: string;
  readonly annotation: Expr | null;
}

/** Where a node stands in its source. */
export function spanOf(node: Node): Span {
  const [line, column, endLine, endColumn] = node.at;
  return { line, column, endLine, endColumn };
}

/** A definition's first line as CPython counts it: that of its first decorator. */
export function firstLine(definition: FunctionDef): number {
  return Math.min(definition.at[0], ...definition.decorator_list.map((decorator) => decorator.at[0]));
}
