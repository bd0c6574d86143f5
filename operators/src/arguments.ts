// Binds a call's positional and keyword arguments to a callee's parameter names, as CPython would.

import type { CallSite, Operand, OperandReference } from './descriptor.ts';

export interface BoundArgument {
  readonly operand: Operand;
  readonly reference: OperandReference;
}

export type BoundArguments = ReadonlyMap<string, BoundArgument>;

/** Arguments by parameter name, or a sentence that says which one does not fit. */
export function bindArguments(call: CallSite, parameters: readonly string[]): BoundArguments | string {
  const bound = new Map<string, BoundArgument>();
  if (call.args.length > parameters.length) {
    return `${call.callee} takes ${parameters.length} arguments here, ${call.args.length} were given`;
  }
  call.args.forEach((operand, index) => {
    bound.set(parameters[index]!, { operand, reference: { from: 'arg', index } });
  });
  for (const [name, operand] of Object.entries(call.kwargs)) {
    if (!parameters.includes(name)) return `${call.callee} has no supported argument ${name}`;
    if (bound.has(name)) return `${call.callee} got ${name} twice`;
    bound.set(name, { operand, reference: { from: 'kwarg', name } });
  }
  return bound;
}

/** Whether an argument is absent, or the constant None. */
export const isAbsent = (argument: BoundArgument | undefined): boolean =>
  argument === undefined || argument.operand.type.kind === 'none' || argument.operand.constant === null;
