// What every rule on Python's own numbers needs: their kinds, and an inline function over the operands as they stand.

import { formatType, type Type } from '@everypath/schema';
import type { CallSite, Operand, OperandReference, Resolution } from '../descriptor.ts';
import { refuse } from '../value-types.ts';

/** How a number takes part in arithmetic; null for what is no Python number. */
export function numberKind(operand: Operand | undefined): 'bool' | 'int' | 'float' | null {
  const kind = operand?.type.kind;
  return kind === 'bool' || kind === 'int' || kind === 'float' ? kind : null;
}

/** An inline function over operands as they stand. */
export function primitive(
  name: string,
  call: CallSite,
  result: Type,
  raises: boolean,
  attributes: Readonly<Record<string, number | boolean | string>> = {},
): Resolution {
  const operands: readonly OperandReference[] = call.args.map((_, index) => ({ from: 'arg', index }));
  return { kind: 'primitive', name, operands, attributes, result, raises };
}

/** Refuses a call of a Python function on anything but Python numbers. */
export function notNumbers(call: CallSite): Resolution {
  const types = call.args.map((operand) => formatType(operand.type)).join(', ');
  return refuse(
    `${call.callee} is not supported for (${types})`,
    'convert the operands to int, float or bool first',
  );
}

/** Positional operands only, `count` of them, all Python numbers. */
export function numbersOf(call: CallSite, count: number): readonly ('bool' | 'int' | 'float')[] | null {
  if (call.args.length !== count || Object.keys(call.kwargs).length > 0) return null;
  const kinds = call.args.map(numberKind);
  return kinds.every((kind) => kind !== null) ? kinds : null;
}
