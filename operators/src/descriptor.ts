// What an operator is: one descriptor per folder in `operators/ops`, from which its type rule, its documentation,
// its tests and its dashboard label all derive. Its variants are the `.hpp` files beside the descriptor.

import type { Architecture, IsaLevel, LibraryName, TargetName, Type } from '@everypath/schema';

/** A value known at compile time. */
export type Constant =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Constant[]
  | {
      readonly array: {
        readonly dtype: string;
        readonly shape: readonly number[];
        readonly data: readonly number[];
      };
    };

/** An operand as a type rule sees it. */
export interface Operand {
  readonly type: Type;
  /** Set when the tracer knows the value. */
  readonly constant?: Constant;
}

/** A call in Python, its receiver first in `args` for a method. */
export interface CallSite {
  /** `numpy.matmul`, `PIL.Image.Image.resize`, `operator.add`. */
  readonly callee: string;
  readonly args: readonly Operand[];
  readonly kwargs: Readonly<Record<string, Operand>>;
}

/** Which operand a kernel gets: the i-th positional, a keyword, or a new constant of the given type. */
export type OperandReference =
  | { readonly from: 'arg'; readonly index: number }
  | { readonly from: 'kwarg'; readonly name: string }
  | { readonly from: 'constant'; readonly type: Type; readonly value: Constant };

/** Compile-time settings that change what the kernel computes; part of its identity. */
export type Attributes = Readonly<Record<string, number | boolean | string>>;

export type Resolution =
  | {
      /** An operator with variants: `run<Attributes>(frame, operands…, results…)`. */
      readonly kind: 'kernel';
      readonly operator: string;
      readonly operands: readonly OperandReference[];
      readonly attributes: Attributes;
      readonly results: readonly Type[];
    }
  | {
      /** An inline C++ function in namespace `ep::prim`: too small to have variants, or a view. */
      readonly kind: 'primitive';
      readonly name: string;
      readonly operands: readonly OperandReference[];
      /** Template arguments, when the C++ function takes some: `prim::name<…>(frame, …)`. */
      readonly attributes: Attributes;
      readonly result: Type;
      /** Whether it can fail (raise a Python exception, run out of memory). */
      readonly raises: boolean;
    }
  | {
      /** One scalar function mapped over broadcast arrays; chains of these fuse. */
      readonly kind: 'map';
      /** Name of a function in namespace `ep::scalar`, e.g. `add`; operands are cast to `compute` first. */
      readonly fn: string;
      readonly operands: readonly OperandReference[];
      /** The dtype that the scalar function computes in. */
      readonly compute: string;
      readonly result: Type;
    }
  | { readonly kind: 'error'; readonly message: string; readonly hint: string };

/** How far a variant's answer may lie from CPython's. */
export type Tolerance =
  | { readonly kind: 'exact' }
  /** Integers or images: at most this many levels apart. */
  | { readonly kind: 'levels'; readonly max: number }
  /** Floats: |a - b| <= absolute + relative * |b|. */
  | { readonly kind: 'float'; readonly relative: number; readonly absolute: number }
  /** Indices: equal, or the values they point at closer than this. */
  | { readonly kind: 'ties'; readonly relative: number };

export interface OperatorDescriptor {
  /** The operator's key: the Python callable plus what changes its answer: `PIL.Image.Image.resize[bilinear]`. */
  readonly name: string;
  /** Python callables that this descriptor's rule answers for. */
  readonly callees: readonly string[];
  /** One sentence for people. */
  readonly summary: string;
  /** What changes the answer and is therefore part of the key: antialias, rounding, dtype, border. */
  readonly semantics: string;
  readonly tolerance: Tolerance;
  /** Names of up to four size features, in the order that the kernel's `features` writes them. */
  readonly features: readonly string[];
  /** The type rule. */
  readonly resolve: (call: CallSite) => Resolution;
}

/** One native implementation: the front matter of `operators/ops/<operator>/<variant>.hpp`. */
export interface OperatorVariant {
  readonly operator: string;
  readonly name: string;
  /** The algorithm: variants of one operator that share it differ in the ISA level alone. Default: the name. */
  readonly algorithm: string;
  /** The plainest form, which the others are checked against: built only where nothing else runs. */
  readonly reference: boolean;
  /** Path of the header, relative to `operators/`. */
  readonly header: string;
  readonly summary: string;
  /** Where the algorithm comes from. */
  readonly source: string;
  /** The lowest ISA level per architecture that it runs on; an architecture left out is not supported. */
  readonly isa: Readonly<Partial<Record<Architecture, IsaLevel>>>;
  /** Targets it is limited to; undefined: every target of its architectures. */
  readonly targets?: readonly TargetName[];
  /** Extra compiler flags. */
  readonly flags: readonly string[];
  /**
   * Type keys of operands it is limited to (`types: float32_2,float32_1`; `*_2` is any dtype of rank 2); undefined: all
   * that the operator takes.
   */
  readonly types?: readonly string[];
  /** It runs on several threads where the input is large enough. */
  readonly threads?: true;
  /** A library of the system that it calls, whose targets it is limited to; with whatever threads that keeps. */
  readonly library?: LibraryName;
  /** Fused chains that it is limited to: those with so many functions that cost much (`isCostly`). */
  readonly functions?: number;
}

/** A call that is inlined into the glue. Same shape as a descriptor's rule, many to a file. */
export interface PrimitiveRule {
  readonly callees: readonly string[];
  readonly resolve: (call: CallSite) => Resolution;
}
