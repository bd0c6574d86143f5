// What the sandbox says of a Python source: its AST and what its names stand for after the module level has run.
// Data only; the Python side is harness.py.

/** Line, column (UTF-8 bytes), end line, end column. */
export type At = readonly [number, number, number, number];

/** A node of CPython's `ast`: `_` is its class. Fields are read through `trace/python-ast.ts`. */
export interface AstNode {
  readonly _: string;
  readonly at?: At;
  readonly [field: string]: unknown;
}

/** A module-level value. Numbers travel as Python's own text. */
export type LiveValue =
  | { readonly kind: 'none' | 'ellipsis' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'float' | 'str'; readonly value: string }
  | { readonly kind: 'tuple' | 'list'; readonly items: readonly LiveValue[] }
  /** A function of this source, by its first line (of its decorators, when it has some). */
  | { readonly kind: 'function'; readonly name: string; readonly line: number }
  | { readonly kind: 'module'; readonly name: string }
  /** Anything that has a dotted name: `math.sqrt`, `numpy.float32`, `builtins.ValueError`. */
  | { readonly kind: 'global'; readonly name: string; readonly exception?: true }
  | {
      readonly kind: 'call';
      readonly callee: LiveValue;
      readonly args: readonly LiveValue[];
      readonly kwargs: Readonly<Record<string, LiveValue>>;
    }
  | { readonly kind: 'attribute'; readonly object: LiveValue; readonly attribute: string }
  | { readonly kind: 'subscript'; readonly object: LiveValue; readonly items: readonly LiveValue[] }
  | { readonly kind: 'unsupported'; readonly what: string };

export interface LiveFunction {
  readonly name: string;
  readonly line: number;
  /** By parameter, `return` for the result; the key '' holds why they could not be evaluated. */
  readonly annotations: Readonly<Record<string, LiveValue>>;
  /** Of the last positional parameters. */
  readonly defaults: readonly LiveValue[];
  readonly keywordDefaults: Readonly<Record<string, LiveValue>>;
}

/** One use of the decorator `compile`. */
export interface LiveSpec {
  readonly line: number;
  readonly tag: string | null;
  readonly settings: Readonly<Record<string, LiveValue>>;
}

export interface LiveModule {
  readonly tree: AstNode;
  readonly globals: Readonly<Record<string, LiveValue>>;
  /** Dotted names of the source whose root is a module or a class: `math.pi`, `np.float32`. */
  readonly attributes: Readonly<Record<string, LiveValue>>;
  readonly functions: readonly LiveFunction[];
  readonly specs: readonly LiveSpec[];
}

export interface LiveFailure {
  readonly kind: 'syntax' | 'module' | 'timeout' | 'crash';
  readonly type: string;
  readonly message: string;
  readonly line: number | null;
  readonly column: number;
  readonly endLine: number | null;
  readonly endColumn: number;
}

export type Inspection = LiveModule | { readonly failure: LiveFailure };
