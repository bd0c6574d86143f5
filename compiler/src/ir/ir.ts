// The IR: structured SSA, plain frozen data. A region is a list of ops whose last one leaves it. Two stages share
// the control flow and differ in their leaves: traced (Python-level `py` ops, untyped) and typed (`primitive`,
// `map`, `kernel`, every value with a type). No op is ever changed in place.

import type { Attributes, Constant } from '@everypath/operators';
import type { Parameter, Type } from '@everypath/schema';

/** 1-based line and 0-based column, as CPython's `ast` counts. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type ValueId = number;

/** What a value may be inside a function, beyond what crosses its boundary. */
export type IrType =
  | Type
  /** Traced stage: not known yet. */
  | { readonly kind: 'unknown' }
  /** A local that some way through the function leaves unbound: reading it checks first. */
  | { readonly kind: 'maybe'; readonly of: Type };

/** A definition. `name` is the Python variable it was assigned to, for people. */
export interface Definition {
  readonly id: ValueId;
  readonly type: IrType;
  readonly name?: string;
}

export interface Region {
  /** Carried values of a loop's body; empty elsewhere. */
  readonly parameters: readonly Definition[];
  readonly ops: readonly Op[];
}

interface OpBase {
  readonly span: Span;
}

/** Python-level leaves of the traced stage; `types` replaces every one. */
export type PyOp = OpBase & { readonly kind: 'py'; readonly result: Definition } & (
    | {
        readonly py: 'call';
        readonly callee: PyCallee;
        readonly args: readonly ValueId[];
        readonly kwargs: Readonly<Record<string, ValueId>>;
      }
    /** A dotted name of another module used as a value: `numpy.float32`. */
    | { readonly py: 'global'; readonly name: string }
    | { readonly py: 'attribute'; readonly object: ValueId; readonly attribute: string }
    /** `object[index]`: index is one value, a slice or a tuple of these. */
    | { readonly py: 'subscript'; readonly object: ValueId; readonly index: PyIndex }
    | { readonly py: 'tuple' | 'list'; readonly items: readonly ValueId[] }
    | { readonly py: 'unpack'; readonly object: ValueId; readonly index: number; readonly count: number }
    /** A local read where it may be unbound. */
    | { readonly py: 'bound'; readonly object: ValueId; readonly variable: string }
    /** The truth of a value, as `if` and `while` ask for it. */
    | { readonly py: 'truth'; readonly object: ValueId }
  );

export type PyCallee =
  /** A leaf: `operator.add`, `math.sqrt`, `numpy.matmul`. */
  | { readonly kind: 'global'; readonly name: string }
  /** A function of the same module that is traced through. */
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'method'; readonly object: ValueId; readonly name: string };

export type PyIndex =
  | { readonly kind: 'value'; readonly value: ValueId }
  | {
      readonly kind: 'slice';
      readonly start: ValueId | null;
      readonly stop: ValueId | null;
      readonly step: ValueId | null;
    }
  | { readonly kind: 'ellipsis' }
  | { readonly kind: 'newaxis' }
  | { readonly kind: 'tuple'; readonly items: readonly PyIndex[] };

/** A scalar expression over a fused kernel's inputs: the body of `everypath.fused`. */
export type Expression =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'literal'; readonly value: number | boolean; readonly dtype: string }
  | {
      readonly kind: 'apply';
      readonly fn: string;
      readonly compute: string;
      readonly result: string;
      readonly args: readonly Expression[];
    };

/** What a synthesised kernel computes, where the operator's own headers do not say. */
export type KernelBody =
  | { readonly kind: 'expression'; readonly inputs: readonly string[]; readonly root: Expression }
  /** An outlined scalar loop: the op and the values it reads, in operand order. */
  | { readonly kind: 'loop'; readonly captures: readonly Definition[]; readonly loop: LoopOp };

export type LeafOp =
  | (OpBase & { readonly kind: 'constant'; readonly result: Definition; readonly value: Constant })
  /** A value that is not bound: joins to `maybe`. */
  | (OpBase & { readonly kind: 'unbound'; readonly result: Definition })
  | (OpBase & {
      /** `ep::prim::<name>`: inline C++. */
      readonly kind: 'primitive';
      readonly name: string;
      readonly attributes: Attributes;
      readonly operands: readonly ValueId[];
      readonly result: Definition;
      readonly raises: boolean;
    })
  | (OpBase & {
      readonly kind: 'map';
      readonly fn: string;
      readonly compute: string;
      readonly operands: readonly ValueId[];
      readonly result: Definition;
    })
  | KernelOp
  | (OpBase & {
      readonly kind: 'call';
      readonly fn: string;
      readonly operands: readonly ValueId[];
      readonly result: Definition;
    });

/** One call of an operator with variants. */
export type KernelOp = OpBase & {
  readonly kind: 'kernel';
  readonly operator: string;
  readonly attributes: Attributes;
  readonly operands: readonly ValueId[];
  readonly results: readonly Definition[];
  readonly body?: KernelBody;
  /** Short text for people. */
  readonly label: string;
};

export type LoopOp = OpBase & {
  /** Repeats its body for ever; `break` leaves it. `continue` carries values to the next round. */
  readonly kind: 'loop';
  readonly inits: readonly ValueId[];
  readonly body: Region;
  readonly results: readonly Definition[];
};

export type ControlOp =
  | (OpBase & {
      readonly kind: 'if';
      readonly condition: ValueId;
      readonly then: Region;
      readonly else: Region;
      readonly results: readonly Definition[];
    })
  | LoopOp;

/** The last op of a region. `yield` gives an `if` its results; the others leave what encloses it. */
export type Terminator =
  | (OpBase & { readonly kind: 'yield' | 'break' | 'continue'; readonly values: readonly ValueId[] })
  | (OpBase & { readonly kind: 'return'; readonly value: ValueId })
  | (OpBase & { readonly kind: 'raise'; readonly exception: string; readonly message: string });

export type Op = PyOp | LeafOp | ControlOp | Terminator;

export interface IrFunction {
  /** `entry`, or a helper's name, `#n` appended for its n-th specialisation. */
  readonly name: string;
  /** The Python function's own name, for tracebacks. */
  readonly pythonName: string;
  readonly parameters: readonly Definition[];
  readonly result: IrType;
  readonly body: Region;
  readonly span: Span;
}

export interface IrModule {
  readonly stage: 'traced' | 'typed';
  readonly tag: string;
  readonly description: string;
  readonly file: string;
  readonly source: string;
  /** Parameters of the entrypoint as the boundary sees them. */
  readonly parameters: readonly Parameter[];
  readonly result: Type;
  /** The entrypoint first. */
  readonly functions: readonly IrFunction[];
}
