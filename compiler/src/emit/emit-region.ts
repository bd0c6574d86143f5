// Structured control flow as C++: a region is a block, an `if` an if, a `loop` a for (;;) whose carried values are
// mutable locals. Every failing call adds the Python frame that it is in and leaves.

import { cppType } from '@everypath/operators';
import type { Definition, LoopOp, Op, Region, Span, ValueId } from '../ir/ir.ts';
import { cppString, lineDirective, valueName } from './cpp-text.ts';
import { emitLeaf } from './emit-leaf.ts';
import type { NodePlan } from './node-plan.ts';

/** What emission needs to know of the function that a region belongs to. */
export interface EmitContext {
  readonly file: string;
  /** The Python function's name, for tracebacks. */
  readonly pythonName: string;
  readonly definitions: ReadonlyMap<ValueId, Definition>;
  /** Plans of kernel nodes, by op. */
  readonly nodes: ReadonlyMap<Op, NodePlan>;
  /** C++ name of a function of the module. */
  readonly functionName: (name: string) => string;
  /** Whether `#line` and traceback positions are written; a body's hash leaves them out. */
  readonly positions: boolean;
}

/** Where `break` and `continue` put their values. */
interface LoopFrame {
  readonly parameters: readonly Definition[];
  readonly results: readonly Definition[];
}

interface Scope {
  /** Results of the enclosing `if`. */
  readonly yields: readonly Definition[];
  readonly loop: LoopFrame | null;
}

/** `name` of `type`, default-constructed. */
export const declare = (definition: Definition): string =>
  `${cppType(definition.type)} ${valueName(definition.id)}{};`;

/** A call that gives a status: on failure the frame is added to the traceback and the function left. */
export function attempt(context: EmitContext, call: string, span: Span): string {
  const at = context.positions ? `${Math.trunc(span.line)}, ${Math.trunc(span.column)}` : '0, 0';
  const name = context.positions ? cppString(context.pythonName) : '""';
  return `if (const ep::Status status = ${call}; status != EP_OK) [[unlikely]] { frame.trace(${name}, ${at}); return status; }`;
}

export const emitBody = (context: EmitContext, region: Region): readonly string[] =>
  emitOps(context, region, { yields: [], loop: null });

function emitOps(context: EmitContext, region: Region, scope: Scope): readonly string[] {
  return region.ops.flatMap((op) => [
    ...(context.positions ? [lineDirective(op.span, context.file)] : []),
    ...emitOp(context, op, scope),
  ]);
}

function emitOp(context: EmitContext, op: Op, scope: Scope): readonly string[] {
  switch (op.kind) {
    case 'if':
      return [
        ...op.results.map(declare),
        `if (${valueName(op.condition)}) {`,
        ...emitOps(context, op.then, { ...scope, yields: op.results }),
        '} else {',
        ...emitOps(context, op.else, { ...scope, yields: op.results }),
        '}',
      ];
    case 'loop':
      return emitLoop(context, op);
    case 'yield':
      return assign(scope.yields, op.values);
    case 'break':
      return [...assign(requireLoop(scope).results, op.values), 'break;'];
    case 'continue':
      return [...carry(requireLoop(scope).parameters, op.values), 'continue;'];
    case 'return':
      return [`result = ${valueName(op.value)};`, 'return EP_OK;'];
    case 'raise':
      return [attempt(context, `frame.raise(${cppString(op.exception)}, ${cppString(op.message)})`, op.span)];
    default:
      return emitLeaf(context, op);
  }
}

/** A loop; its results are declared before it. */
export function emitLoop(context: EmitContext, op: LoopOp): readonly string[] {
  const { parameters } = op.body;
  return [
    ...op.results.map(declare),
    ...parameters.map(
      (definition, index) =>
        `${cppType(definition.type)} ${valueName(definition.id)} = ${valueName(op.inits[index]!)};`,
    ),
    'for (;;) {',
    ...emitOps(context, op.body, { yields: [], loop: { parameters, results: op.results } }),
    '}',
  ];
}

const assign = (targets: readonly Definition[], values: readonly ValueId[]): readonly string[] =>
  targets.map((target, index) => `${valueName(target.id)} = ${valueName(values[index]!)};`);

/** All carried values change at once: those that are read after they would be overwritten go through a copy. */
function carry(parameters: readonly Definition[], values: readonly ValueId[]): readonly string[] {
  const changed = parameters
    .map((parameter, index) => ({ parameter, value: values[index]! }))
    .filter(({ parameter, value }) => parameter.id !== value);
  const overwritten = new Set(changed.map(({ parameter }) => parameter.id));
  const copies: string[] = [];
  const sets = changed.map(({ parameter, value }) => {
    if (!overwritten.has(value)) return `${valueName(parameter.id)} = ${valueName(value)};`;
    copies.push(`const auto next_${parameter.id} = ${valueName(value)};`);
    return `${valueName(parameter.id)} = next_${parameter.id};`;
  });
  return [...copies, ...sets];
}

function requireLoop(scope: Scope): LoopFrame {
  if (!scope.loop) throw new TypeError('break or continue outside a loop');
  return scope.loop;
}
