// The entrypoint's signature: every parameter and the result must have a type, from its annotation or given by the
// caller. Helpers need none.

import type { Constant } from '@everypath/operators';
import type { Parameter, Type } from '@everypath/schema';
import type { Span } from '../ir/ir.ts';
import type { LiveValue } from '../sandbox/protocol.ts';
import { typeOfAnnotation } from './annotation.ts';
import { type ModuleContext, refuse, type SourceFunction } from './context.ts';
import { constantOf } from './live-value.ts';
import { spanOf } from './python-ast.ts';

export interface BoundarySignature {
  readonly parameters: readonly Parameter[];
  readonly result: Type;
}

/** Reads the signature; null when something in it was refused. */
export function readSignature(
  context: ModuleContext,
  entry: SourceFunction,
  given: Readonly<Record<string, Type>>,
): BoundarySignature | null {
  const { args, name, returns } = entry.definition;
  const { annotations } = entry.live;
  const broken = annotations[''];
  if (broken?.kind === 'unsupported') {
    const span = spanOf(entry.definition);
    refuse(
      context,
      span,
      'EP_ANNOTATION',
      `the annotations cannot be evaluated: ${broken.what}`,
      'Import every name that the annotations use.',
    );
    return null;
  }
  const typeOf = (key: string, span: Span, what: string): Type | null => {
    const annotation = annotations[key];
    const read = annotation === undefined ? null : typeOfAnnotation(annotation);
    if (read !== null && 'type' in read) return read.type;
    const supplied = Object.hasOwn(given, key) ? given[key] : undefined;
    if (supplied !== undefined) return supplied;
    if (read === null) {
      refuse(context, span, 'EP_UNANNOTATED', `${what} has no annotation`, howToAnnotate(key));
    } else {
      refuse(context, span, 'EP_ANNOTATION', `${what}: ${read.problem}`, read.hint);
    }
    return null;
  };
  const positional = [...args.posonlyargs, ...args.args];
  const parameters: Parameter[] = [];
  let complete = true;
  for (const [index, parameter] of [...positional, ...args.kwonlyargs].entries()) {
    const type = typeOf(parameter.arg, spanOf(parameter), `parameter ${parameter.arg} of ${name}`);
    if (type === null) {
      complete = false;
      continue;
    }
    const { defaults, keywordDefaults } = entry.live;
    const fallback =
      index < positional.length
        ? defaults[index - (positional.length - defaults.length)]
        : keywordDefaults[parameter.arg];
    const value = fallback === undefined ? undefined : jsonDefault(fallback, type);
    if (fallback !== undefined && value === undefined) {
      refuse(
        context,
        spanOf(parameter),
        'EP_DEFAULT',
        `the default of ${parameter.arg} is not a constant of its annotated type`,
        'Use a literal of that type (write 1.0 for a float), or drop the default.',
      );
      complete = false;
      continue;
    }
    parameters.push(
      value === undefined ? { name: parameter.arg, type } : { name: parameter.arg, type, default: value },
    );
  }
  const result = typeOf('return', spanOf(returns ?? entry.definition), `the result of ${name}`);
  return complete && result !== null ? { parameters, result } : null;
}

function howToAnnotate(key: string): string {
  return key === 'return'
    ? 'Write what it returns behind the parameters: def f(x: float) -> float.'
    : `Write ${key}: float, or ${key}: Annotated[NDArray[np.float32], "n 3"] for an array.`;
}

type Json = Parameter['default'];

/** A default as JSON, when it is a constant of the parameter's own type. */
function jsonDefault(live: LiveValue, type: Type): Exclude<Json, undefined> | undefined {
  const constant: Constant | undefined = constantOf(live);
  switch (type.kind) {
    case 'none':
      return constant === null ? null : undefined;
    case 'bool':
      return typeof constant === 'boolean' ? constant : undefined;
    case 'int':
      return typeof constant === 'bigint' && Number.isSafeInteger(Number(constant))
        ? Number(constant)
        : undefined;
    case 'float':
      return typeof constant === 'number' && Number.isFinite(constant) ? constant : undefined;
    case 'str':
      return typeof constant === 'string' ? constant : undefined;
    case 'tuple': {
      if (live.kind !== 'tuple' || live.items.length !== type.items.length) return undefined;
      const items = live.items.map((item, index) => jsonDefault(item, type.items[index] ?? { kind: 'none' }));
      return items.every((item) => item !== undefined) ? (items as Exclude<Json, undefined>) : undefined;
    }
    default:
      return undefined;
  }
}
