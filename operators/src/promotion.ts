// NumPy 1.24's result types: promotion with value-based casting of scalars (`numpy.result_type`), and broadcasting of
// shapes whose lengths may be symbols. Where the dtype would depend on a value that only run time tells, it refuses.

import { type Dim, type Dtype, formatType } from '@everypath/schema';
import type { Operand } from './descriptor.ts';
import { category, dtypeKind, integerDtype, isFloat, promoteTypes } from './dtypes.ts';
import { dtypeOf, shapeOf } from './value-types.ts';

export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

const refusal = (message: string, hint: string): Refusal => ({ message, hint });

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'hint' in value;

const isScalar = (operand: Operand): boolean => shapeOf(operand.type)?.length === 0;

/** The dtype that a scalar counts as beside arrays of dtype `array`: the smallest that holds its value. */
function reducedScalar(operand: Operand, array: Dtype): Dtype | Refusal {
  const dtype = dtypeOf(operand.type)!;
  const value = operand.constant;
  if (dtype === 'bool') return 'bool';
  if (isFloat(dtype)) {
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      // Only a magnitude beyond float32's range would change the answer; everypath takes it to be within.
      return 'float32';
    }
    const magnitude = Math.abs(Number(value));
    const fits = !Number.isFinite(magnitude) || magnitude <= 3.4028235677973366e38;
    return fits ? (magnitude < 65520 || !Number.isFinite(magnitude) ? 'float16' : 'float32') : 'float64';
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    const exact = BigInt(value);
    const reduced = integerDtype(exact, dtypeKind(array) === 'signed');
    return reduced ?? refusal(`the integer ${exact} does not fit 64 bits`, 'use a float');
  }
  // Unknown value: safe only where every value of the scalar's dtype leaves the array's dtype as it is.
  if (promoteTypes(array, dtype) === array) return dtype;
  return refusal(
    `the result's dtype depends on the value of an ${formatType(operand.type)} beside a ${array} array`,
    `convert the scalar first: numpy.${array}(x)${isFloat(array) ? ' or float(x)' : ''}, or make it a constant`,
  );
}

/** `numpy.result_type` of the operands, or why it cannot be known. */
export function resultDtype(operands: readonly Operand[]): Dtype | Refusal {
  for (const operand of operands) {
    const dtype = dtypeOf(operand.type);
    if (dtype === undefined) {
      return refusal(
        `${formatType(operand.type)} is not a number or an array`,
        'convert it with numpy.array first',
      );
    }
  }
  const arrays = operands.filter((operand) => !isScalar(operand));
  const scalars = operands.filter(isScalar);
  const dtypes = (list: readonly Operand[]): Dtype[] => list.map((operand) => dtypeOf(operand.type)!);
  const top = (list: readonly Operand[]): number => Math.max(-1, ...dtypes(list).map(category));
  if (arrays.length === 0 || top(scalars) > top(arrays)) return dtypes(operands).reduce(promoteTypes);
  let result = dtypes(arrays).reduce(promoteTypes);
  const arrayDtype = result;
  for (const scalar of scalars) {
    const reduced = reducedScalar(scalar, arrayDtype);
    if (isRefusal(reduced)) return reduced;
    result = promoteTypes(result, reduced);
  }
  return result;
}

/** NumPy's broadcasting. Two different symbols may be equal, or one of them 1: only run time tells. */
export function broadcastShapes(shapes: readonly (readonly Dim[])[]): readonly Dim[] | Refusal {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    let length: Dim = 1;
    for (const shape of shapes) {
      const index = axis - rank + shape.length;
      if (index < 0) continue;
      const merged = broadcastDims(length, shape[index]!);
      if (merged === undefined) {
        const texts = shapes.map((each) => `(${each.map((dim) => dim ?? '?').join(', ')})`);
        return refusal(
          `operands could not be broadcast together with shapes ${texts.join(' ')}`,
          'make the lengths equal, or 1',
        );
      }
      length = merged;
    }
    result.push(length);
  }
  return result;
}

function broadcastDims(a: Dim, b: Dim): Dim | undefined {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (typeof a === 'number' && typeof b === 'number') return undefined;
  if (typeof a === 'number') return a;
  return typeof b === 'number' ? b : null;
}

/** Whether an operand is an array or a NumPy scalar: NumPy's rules apply, not Python's. */
export const isNumpy = (operand: Operand): boolean =>
  operand.type.kind === 'array' || operand.type.kind === 'scalar';
