// A traced module → a typed one: the entrypoint is typed from its signature, each helper once for every set of
// argument types (and known values) that it is called with.

import type { Type } from '@everypath/schema';
import { formatType } from '@everypath/schema';
import type { Diagnostic } from '../ir/diagnostic.ts';
import type { Definition, IrFunction, IrModule, Span } from '../ir/ir.ts';
import { sourceText } from '../ir/source-text.ts';
import { isBuiltIn } from './call.ts';
import {
  emptyBlock,
  type ModuleTyping,
  type OperatorRules,
  type Specialised,
  type TypingContext,
} from './context.ts';
import { define, joinAll, sameTyped, valueTyped } from './emit.ts';
import { joinBoundary, sameType } from './join.ts';
import { typeRegion } from './region.ts';
import { formatIrType, NONE, type Typed, typeOf } from './typed-value.ts';

interface TypedFunction {
  readonly fn: IrFunction;
  readonly specialised: Specialised;
}

/** Types a module. Null when something was refused. */
export function typeModule(
  traced: IrModule,
  rules: OperatorRules,
): { readonly module: IrModule | null; readonly diagnostics: readonly Diagnostic[] } {
  const functions: IrFunction[] = [];
  const made = new Map<string, Specialised>();
  const inProgress: string[] = [];
  const module: ModuleTyping = {
    rules,
    file: traced.file,
    text: sourceText(traced.source),
    traced: new Map(traced.functions.map((fn) => [fn.name, fn])),
    diagnostics: [],
    specialise: (name, args, span) => specialise(name, args, span),
  };
  const note = (span: Span, code: string, message: string, hint: string) => {
    module.diagnostics.push({ severity: 'error', code, message, hint, file: module.file, span });
  };

  function specialise(name: string, args: readonly Typed[], span: Span): Specialised | null {
    const key = `${name}(${args.map(argumentKey).join(', ')})`;
    const before = made.get(key);
    if (before !== undefined) return before;
    const fn = module.traced.get(name);
    if (fn === undefined) throw new TypeError(`the function ${name} was not traced`);
    if (inProgress.includes(name)) {
      note(span, 'EP_RECURSION', `not supported yet: recursion of ${fn.pythonName}`, 'Write it as a loop.');
      return null;
    }
    inProgress.push(name);
    const typed = typeFunction(fn, `${fn.pythonName}#${made.size + 1}`, args);
    inProgress.pop();
    if (typed === null) return null;
    made.set(key, typed.specialised);
    functions.push(typed.fn);
    return typed.specialised;
  }

  function typeFunction(fn: IrFunction, name: string, args: readonly Typed[]): TypedFunction | null {
    const context: TypingContext = {
      module,
      numbering: { next: 0 },
      values: new Map(),
      returns: [],
      loop: null,
    };
    const parameters: Definition[] = [];
    const passed: number[] = [];
    const before = module.diagnostics.length;
    fn.parameters.forEach((parameter, index) => {
      const argument = args[index] as Typed;
      const type = typeOf(argument);
      if (isBuiltIn(argument) || type === null) {
        context.values.set(parameter.id, argument);
        return;
      }
      const definition = define(context, type, parameter.name);
      parameters.push(definition);
      passed.push(index);
      context.values.set(parameter.id, valueTyped(definition));
    });
    const body = emptyBlock();
    typeRegion(context, body, fn.body);
    if (module.diagnostics.length > before) return null;
    const values = context.returns.map((item) => item.value);
    const result = values.length === 0 ? NONE_TYPE : joinAll(context, values, undefined, fn.span);
    if (result === null || result.kind === 'unbound') return null;
    const [first = NONE] = values;
    const isConstant =
      values.length > 0 && first.kind === 'constant' && values.every((value) => sameTyped(value, first));
    return {
      fn: {
        name,
        pythonName: fn.pythonName,
        parameters,
        result,
        body: { parameters: [], ops: body.ops },
        span: fn.span,
      },
      specialised: {
        name,
        result,
        passed,
        constant: isConstant ? first : null,
        neverReturns: values.length === 0,
      },
    };
  }

  const [entry] = traced.functions;
  if (entry === undefined) throw new TypeError('a module has an entrypoint');
  const args = traced.parameters.map(
    (parameter, index): Typed => ({ kind: 'value', id: index, type: parameter.type }),
  );
  const typed = typeFunction(entry, 'entry', args);
  if (typed !== null && !typed.specialised.neverReturns) checkResult(typed.fn, traced.result, note);
  if (typed === null && module.diagnostics.length === 0) {
    const hint = 'This is a bug of the compiler: please report it.';
    note(entry.span, 'EP_INTERNAL', `${entry.pythonName} could not be typed`, hint);
  }
  if (typed === null || module.diagnostics.length > 0)
    return { module: null, diagnostics: unique(module.diagnostics) };
  return {
    module: {
      ...traced,
      stage: 'typed',
      functions: [
        typed.specialised.neverReturns ? { ...typed.fn, result: traced.result } : typed.fn,
        ...functions,
      ],
    },
    diagnostics: [],
  };
}

const NONE_TYPE: Type = { kind: 'none' };

/** The same message at the same place is said once, however many specialisations met it. */
function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...seen.values()];
}

/** What a specialisation depends on: the value where it is known, else the type. */
function argumentKey(value: Typed): string {
  if (value.kind === 'value') return formatIrType(value.type);
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`;
    if (typeof inner === 'number' && (!Number.isFinite(inner) || Object.is(inner, -0))) {
      return Object.is(inner, -0) ? '-0' : String(inner);
    }
    // The id of a run-time item says nothing of its type.
    return inner !== null &&
      typeof inner === 'object' &&
      'kind' in inner &&
      inner.kind === 'value' &&
      'type' in inner
      ? inner.type
      : inner;
  });
}

/** The entrypoint must return what its annotation says: CPython would not convert it either. */
function checkResult(
  fn: IrFunction,
  declared: Type,
  note: (span: Span, code: string, message: string, hint: string) => void,
): void {
  const { result } = fn;
  if (result.kind === 'maybe' || result.kind === 'unknown') return;
  if (fits(result, declared)) return;
  const numeric = declared.kind === 'float' && (result.kind === 'int' || result.kind === 'bool');
  note(
    fn.span,
    'EP_RESULT_TYPE',
    `${fn.pythonName} returns ${formatType(result)}, its annotation says ${formatType(declared)}`,
    numeric
      ? `CPython would return ${result.kind === 'int' ? 'an int' : 'a bool'} here: write float(…) around it, or annotate it as ${result.kind}.`
      : `Annotate the result as ${formatType(result)}, or convert it.`,
  );
}

/** Lengths may be declared that only run time can confirm; dtype, rank and kind must be right. */
function fits(result: Type, declared: Type): boolean {
  if (result.kind === 'array' && declared.kind === 'array') {
    const known = (dim: unknown) => typeof dim === 'number';
    return (
      result.dtype === declared.dtype &&
      result.shape.length === declared.shape.length &&
      result.shape.every(
        (dim, axis) => !known(dim) || !known(declared.shape[axis]) || dim === declared.shape[axis],
      )
    );
  }
  if (result.kind === 'image' && declared.kind === 'image')
    return declared.mode === null || result.mode === declared.mode;
  if (result.kind === 'tuple' && declared.kind === 'tuple') {
    return (
      result.items.length === declared.items.length &&
      result.items.every((item, index) => fits(item, declared.items[index] as Type))
    );
  }
  return sameType(result, declared) || (joinBoundary(result, declared) !== null && result.kind !== 'array');
}
