// What every part of the tracer shares: the module as the sandbox saw it, the diagnostics so far, and the one way
// to refuse something.

import type { Diagnostic } from '../ir/diagnostic.ts';
import type { Span } from '../ir/ir.ts';
import type { LiveFunction, LiveModule, LiveValue } from '../sandbox/protocol.ts';
import type { Block, Numbering } from './block.ts';
import type { FunctionDef } from './python-ast.ts';

/** A function of the source: its definition and what CPython made of it. */
export interface SourceFunction {
  readonly definition: FunctionDef;
  readonly live: LiveFunction;
}

export interface ModuleContext {
  readonly live: LiveModule;
  readonly file: string;
  readonly functions: ReadonlyMap<number, SourceFunction>;
  readonly diagnostics: Diagnostic[];
  /** Helper functions that calls asked for, by first line; the tracer adds their bodies. */
  readonly wanted: Map<number, string>;
}

/** The loop that a `break` or `continue` belongs to. */
export interface LoopContext {
  readonly breakTo: (block: Block, span: Span) => void;
  readonly continueTo: (block: Block, span: Span) => void;
}

export interface FunctionContext {
  readonly module: ModuleContext;
  readonly numbering: Numbering;
  /** Every name that the function binds: these are locals all through it. */
  readonly locals: ReadonlySet<string>;
  readonly loop: LoopContext | null;
}

/** Stands for the value of something refused; never reaches a later stage. */
export const REFUSED = -1;

/** Notes what cannot be compiled; tracing goes on to find more. */
export function refuse(
  context: FunctionContext | ModuleContext,
  span: Span,
  code: string,
  message: string,
  hint: string,
): typeof REFUSED {
  const module = 'module' in context ? context.module : context;
  module.diagnostics.push({ severity: 'error', code, message, hint, file: module.file, span });
  return REFUSED;
}

/** What a name stands for at module level: undefined when the source does not bind it. */
export function liveName(context: FunctionContext, path: readonly string[]): LiveValue | undefined {
  const { globals, attributes } = context.module.live;
  const [first = ''] = path;
  if (path.length === 1) return own(globals, first);
  const root = own(globals, first);
  if (root === undefined) return undefined;
  const known = own(attributes, path.join('.'));
  if (known !== undefined) return known;
  // A stand-in for a package: everything inside it has a dotted name.
  if (root.kind === 'module' || root.kind === 'global') {
    return { kind: 'global', name: [root.name, ...path.slice(1)].join('.') };
  }
  return undefined;
}

function own(record: Readonly<Record<string, LiveValue>>, key: string): LiveValue | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
