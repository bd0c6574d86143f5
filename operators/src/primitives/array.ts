// Array primitives: shape, views, reshape. Their C++ is `include/everypath/primitives.hpp`.

import type { Dim, Type } from '@everypath/schema';
import { type BoundArgument, bindArguments } from '../arguments.ts';
import type { Attributes, CallSite, OperandReference, PrimitiveRule, Resolution } from '../descriptor.ts';
import {
  type ArrayType,
  arrayType,
  INT,
  integerConstant,
  integerListConstant,
  normaliseAxis,
  refuse,
  tupleType,
} from '../value-types.ts';

const primitive = (
  name: string,
  operands: readonly OperandReference[],
  result: Type,
  attributes: Attributes = {},
  raises = false,
): Resolution => ({ kind: 'primitive', name, operands, attributes, result, raises });

const SELF: readonly OperandReference[] = [{ from: 'arg', index: 0 }];

/** A rule whose first argument must be an array. */
const onArray = (
  callees: readonly string[],
  rule: (array: ArrayType, call: CallSite) => Resolution,
): PrimitiveRule => ({
  callees,
  resolve: (call) => {
    const type = call.args[0]?.type;
    return type?.kind === 'array'
      ? rule(type, call)
      : refuse(`${call.callee} takes an array`, 'convert with numpy.asarray first');
  },
});

const template = (prefix: string, values: readonly number[]): Attributes =>
  Object.fromEntries(values.map((value, index) => [`${prefix}${index}`, value]));

function transposeBy(array: ArrayType, axes: readonly number[] | undefined): Resolution {
  const rank = array.shape.length;
  if (!axes) return refuse('the axes of transpose must be known at compile time', 'write them as numbers');
  const order = axes.map((axis) => normaliseAxis(axis, rank));
  if (order.some((axis) => axis === undefined) || new Set(order).size !== rank || order.length !== rank) {
    return refuse("axes don't match array", `give each of the ${rank} axes once`);
  }
  const known = order as number[];
  const shape = known.map((axis) => array.shape[axis]!);
  return primitive('transpose', SELF, arrayType(array.dtype, shape), template('axis', known));
}

const reversed = (array: ArrayType): readonly number[] => array.shape.map((_, index) => index).reverse();

const transpose = onArray(['numpy.transpose', 'numpy.ndarray.transpose'], (array, call) => {
  const rest = call.args.slice(1);
  const axes = call.kwargs.axes;
  if (axes) return transposeBy(array, integerListConstant(axes));
  if (rest.length === 0 || rest[0]!.type.kind === 'none') return transposeBy(array, reversed(array));
  if (rest.length === 1 && array.shape.length > 1) return transposeBy(array, integerListConstant(rest[0]));
  const items = rest.map(integerConstant);
  return transposeBy(array, items.every((item) => item !== undefined) ? (items as number[]) : undefined);
});

const swapaxes = onArray(['numpy.swapaxes', 'numpy.ndarray.swapaxes'], (array, call) => {
  const [a, b] = [1, 2].map((index) => {
    const axis = integerConstant(call.args[index]);
    return axis === undefined ? undefined : normaliseAxis(axis, array.shape.length);
  });
  if (a === undefined || b === undefined)
    return refuse('swapaxes needs two known axes', 'write them as numbers');
  const order = array.shape.map((_, index) => (index === a ? b : index === b ? a : index));
  return transposeBy(array, order);
});

/** Lengths that a reshape gives, with -1 worked out where everything else is known. */
function reshapedDims(array: ArrayType, lengths: readonly (number | undefined)[]): readonly Dim[] {
  const total = array.shape.every((dim): dim is number => typeof dim === 'number')
    ? array.shape.reduce((product, dim) => product * dim, 1)
    : undefined;
  const rest = lengths.filter((length) => length !== -1);
  const product = rest.every((length): length is number => length !== undefined)
    ? rest.reduce<number>((all, length) => all * length!, 1)
    : undefined;
  return lengths.map((length) => {
    if (length === undefined) return null;
    if (length >= 0) return length;
    return total !== undefined && product ? Math.floor(total / product) : null;
  });
}

const reshape = onArray(['numpy.reshape', 'numpy.ndarray.reshape'], (array, call) => {
  const given = call.args.slice(1);
  if (Object.keys(call.kwargs).length > 0) return refuse('reshape takes lengths only', 'leave order out');
  const [first] = given;
  if (!first) return refuse('reshape needs a shape', 'give the lengths');
  const references = call.args.map((_, index): OperandReference => ({ from: 'arg', index }));
  let lengths: readonly (number | undefined)[];
  if (given.length === 1 && first.type.kind === 'tuple') {
    const known = integerListConstant(first);
    lengths = first.type.items.map((_, index) => known?.[index]);
    if (first.type.items.some((item) => item.kind !== 'int'))
      return refuse('lengths are integers', 'use int');
  } else {
    if (given.some(({ type }) => type.kind !== 'int')) return refuse('lengths are integers', 'use int');
    lengths = given.map(integerConstant);
  }
  if (lengths.length === 0) return refuse('reshape to rank 0 is not supported', 'index the element: x[0]');
  return primitive('reshape', references, arrayType(array.dtype, reshapedDims(array, lengths)), {}, true);
});

const product = (shape: readonly Dim[]): Dim =>
  shape.every((dim): dim is number => typeof dim === 'number')
    ? shape.reduce((all, dim) => all * dim, 1)
    : shape.length === 1
      ? shape[0]!
      : null;

const ravel = onArray(['numpy.ravel', 'numpy.ndarray.ravel', 'numpy.ndarray.flatten'], (array) =>
  primitive('ravel', SELF, arrayType(array.dtype, [product(array.shape)]), {}, true),
);

const axisArgument = (call: CallSite): BoundArgument | undefined => {
  const bound = bindArguments(call, ['a', 'axis']);
  return typeof bound === 'string' ? undefined : bound.get('axis');
};

const expandDims = onArray(['numpy.expand_dims'], (array, call) => {
  const axis = integerConstant(axisArgument(call)?.operand);
  const index = axis === undefined ? undefined : normaliseAxis(axis, array.shape.length + 1);
  if (index === undefined) return refuse('expand_dims needs a known axis', 'write it as a number');
  const shape = [...array.shape.slice(0, index), 1, ...array.shape.slice(index)];
  return primitive('expand_dims', SELF, arrayType(array.dtype, shape), { axis: index });
});

const squeeze = onArray(['numpy.squeeze', 'numpy.ndarray.squeeze'], (array, call) => {
  const axis = integerConstant(axisArgument(call)?.operand);
  const index = axis === undefined ? undefined : normaliseAxis(axis, array.shape.length);
  if (index === undefined || array.shape.length < 2) {
    return refuse('squeeze needs a known axis of an array of rank 2 or more', 'write axis as a number');
  }
  const shape = array.shape.filter((_, position) => position !== index);
  return primitive('squeeze', SELF, arrayType(array.dtype, shape), { axis: index }, true);
});

const fact = (callees: readonly string[], name: string): PrimitiveRule =>
  onArray(callees, () => primitive(name, SELF, INT));

export const arrayRules: readonly PrimitiveRule[] = [
  onArray(['numpy.ndarray.shape', 'numpy.shape'], (array) =>
    primitive('shape', SELF, tupleType(array.shape.map(() => INT))),
  ),
  onArray(['numpy.ndarray.ndim', 'numpy.ndim'], (array) =>
    primitive('identity', [{ from: 'constant', type: INT, value: array.shape.length }], INT),
  ),
  fact(['numpy.ndarray.size', 'numpy.size'], 'size'),
  fact(['builtins.len', 'numpy.ndarray.__len__'], 'length'),
  onArray(['numpy.ndarray.T'], (array) => transposeBy(array, reversed(array))),
  transpose,
  swapaxes,
  reshape,
  ravel,
  expandDims,
  squeeze,
];
