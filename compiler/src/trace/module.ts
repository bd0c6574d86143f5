// A source as the sandbox saw it → a traced module: finds the entrypoint, reads its signature, and traces it with
// every helper that it reaches.

import type { Parameter, Type } from '@everypath/schema';
import type { Diagnostic } from '../ir/diagnostic.ts';
import type { IrFunction, IrModule } from '../ir/ir.ts';
import type { AstNode, LiveModule, LiveSpec } from '../sandbox/protocol.ts';
import { functionName } from './call.ts';
import { type ModuleContext, refuse, type SourceFunction } from './context.ts';
import { traceFunction } from './function.ts';
import { type FunctionDef, firstLine, spanOf } from './python-ast.ts';
import { readSignature } from './signature.ts';

export interface TraceOptions {
  readonly source: string;
  readonly file: string;
  /** The entrypoint's name; default: the decorated function, else `entry`. */
  readonly entry?: string;
  /** Types by parameter name (`return` for the result) where the annotations leave them open. */
  readonly argumentTypes?: Readonly<Record<string, Type>>;
}

/** Traces the entrypoint and its helpers. The module is null when something was refused. */
export function traceModule(
  live: LiveModule,
  options: TraceOptions,
): { readonly module: IrModule | null; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const context: ModuleContext = {
    live,
    file: options.file,
    functions: sourceFunctions(live),
    diagnostics,
    wanted: new Map(),
  };
  const entry = findEntry(context, options.entry);
  if (entry === null) return { module: null, diagnostics };
  const spec = live.specs.find((candidate) => candidate.line === entry.live.line);
  const signature = readSignature(context, entry, options.argumentTypes ?? {});
  const functions: IrFunction[] = [traceFunction(context, entry, 'entry')];
  const traced = new Set<number>();
  for (const [line, name] of context.wanted) {
    const helper = context.functions.get(line);
    if (helper === undefined || traced.has(line)) continue;
    traced.add(line);
    // Adds to `wanted` while it is being walked: a Map visits what is added.
    functions.push(traceFunction(context, helper, functionName({ name, line })));
  }
  const tag = tagOf(context, entry, spec);
  if (signature === null || diagnostics.length > 0) return { module: null, diagnostics };
  return {
    module: {
      stage: 'traced',
      tag,
      description: descriptionOf(entry, spec),
      file: options.file,
      source: options.source,
      parameters: signature.parameters as Parameter[],
      result: signature.result,
      functions,
    },
    diagnostics,
  };
}

/** Every function of the module by its first line. */
function sourceFunctions(live: LiveModule): ReadonlyMap<number, SourceFunction> {
  const byLine = new Map(live.functions.map((item) => [item.line, item]));
  const found = new Map<number, SourceFunction>();
  const visit = (nodes: readonly AstNode[]) => {
    for (const node of nodes) {
      if (node._ === 'FunctionDef') {
        const definition = node as unknown as FunctionDef;
        const line = firstLine(definition);
        const item = byLine.get(line);
        if (item !== undefined && !found.has(line)) found.set(line, { definition, live: item });
      }
      // `if` and `try` at module level may hold definitions.
      for (const suite of ['body', 'orelse', 'handlers', 'finalbody']) {
        const inner = node._ === 'FunctionDef' || node._ === 'ClassDef' ? undefined : node[suite];
        if (Array.isArray(inner)) visit(inner as AstNode[]);
      }
    }
  };
  visit([live.tree]);
  return found;
}

function findEntry(context: ModuleContext, name: string | undefined): SourceFunction | null {
  const { live, functions } = context;
  const nowhere = { line: 1, column: 0, endLine: 1, endColumn: 0 };
  if (name === undefined && live.specs.length > 0) {
    const decorated = live.specs.flatMap((spec) => functions.get(spec.line) ?? []);
    const [only, second] = decorated;
    if (only !== undefined && second === undefined) return only;
    refuse(
      context,
      second === undefined ? nowhere : spanOf(second.definition),
      'EP_ENTRYPOINT',
      second === undefined
        ? 'the decorated function is not at module level'
        : 'more than one function is decorated',
      'Decorate one module-level function with @compile, or name the one you mean.',
    );
    return null;
  }
  const wanted = name ?? 'entry';
  const named = [...functions.values()].filter((item) => item.live.name === wanted).at(-1);
  if (named !== undefined) return named;
  const asynchronous = (live.tree.body as readonly AstNode[]).find((node) => node._ === 'AsyncFunctionDef');
  refuse(
    context,
    nowhere,
    'EP_ENTRYPOINT',
    asynchronous !== undefined && asynchronous.name === wanted
      ? `${wanted} is an async function`
      : `there is no function named ${wanted} and none is decorated with @compile`,
    'Decorate the function with @compile from everypath, or name it entry.',
  );
  return null;
}

const TAG = /^@[a-z0-9][a-z0-9-]{0,38}\/[a-z0-9][a-z0-9._-]{0,62}$/;

function tagOf(context: ModuleContext, entry: SourceFunction, spec: LiveSpec | undefined): string {
  const tag =
    spec?.tag ?? `@user/${entry.live.name.toLowerCase().replace(/^_+/, '').replaceAll('_', '-') || 'entry'}`;
  if (!TAG.test(tag)) {
    refuse(
      context,
      spanOf(entry.definition),
      'EP_TAG',
      `"${tag}" is not a tag`,
      'A tag looks like @user/name, in lower case letters, digits and dashes.',
    );
  }
  return tag;
}

function descriptionOf(entry: SourceFunction, spec: LiveSpec | undefined): string {
  const given = spec?.settings.description;
  if (given?.kind === 'str') return given.value;
  const [first] = entry.definition.body;
  const isText = first?._ === 'Expr' && first.value._ === 'Constant' && first.value.value.kind === 'str';
  return isText && first.value._ === 'Constant' && first.value.value.kind === 'str'
    ? first.value.value.value.trim()
    : '';
}
