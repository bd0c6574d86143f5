// Calls that make arrays: zeros, ones, full, arange, array, stack, concatenate. Their C++ is
// `include/everypath/create.hpp`. Nested lists become arrays only when they are constants.

import type { Dim, Dtype, Type } from '@everypath/schema';
import { type BoundArgument, bindArguments, isAbsent } from '../arguments.ts';
import { isNativeDtype } from '../cpp-type.ts';
import type {
  Attributes,
  CallSite,
  Constant,
  Operand,
  OperandReference,
  PrimitiveRule,
  Resolution,
} from '../descriptor.ts';
import { dtypeArgument, isFloat, promoteTypes } from '../dtypes.ts';
import { mapResolution } from '../elementwise.ts';
import { isRefusal, resultDtype } from '../promotion.ts';
import {
  arrayType,
  dtypeOf,
  integerConstant,
  integerListConstant,
  normaliseAxis,
  refuse,
} from '../value-types.ts';

const primitive = (
  name: string,
  operands: readonly OperandReference[],
  result: Type,
  attributes: Attributes = {},
  raises = true,
): Resolution => ({ kind: 'primitive', name, operands, attributes, result, raises });

/** The dtype asked for, the default where none is, or undefined where it cannot be known or has no kernels. */
function wantedDtype(argument: BoundArgument | undefined, otherwise: Dtype | undefined): Dtype | undefined {
  const dtype = isAbsent(argument) ? otherwise : dtypeArgument(argument!.operand);
  return dtype !== undefined && isNativeDtype(dtype) ? dtype : undefined;
}

const unknownDtype = refuse(
  'the dtype must be known at compile time and native',
  'write it: dtype=numpy.float32',
);

function shapeDims(operand: Operand): readonly Dim[] | undefined {
  const known = integerListConstant(operand);
  if (known) return known;
  if (operand.type.kind === 'int') return [null];
  if (operand.type.kind === 'tuple' && operand.type.items.every(({ kind }) => kind === 'int')) {
    return operand.type.items.map(() => null);
  }
  return undefined;
}

const filled = (callee: string, value: Constant | undefined): PrimitiveRule => ({
  callees: [`numpy.${callee}`],
  resolve: (call) => {
    const names = value === undefined ? ['shape', 'fill_value', 'dtype'] : ['shape', 'dtype'];
    const bound = bindArguments(call, names);
    if (typeof bound === 'string') return refuse(bound, `give ${names.join(', ')}`);
    const shape = bound.get('shape');
    const fill = bound.get('fill_value');
    if (!shape || (value === undefined && !fill)) return refuse(`${call.callee} needs a shape`, 'give one');
    const dims = shapeDims(shape.operand);
    if (!dims || dims.length === 0)
      return refuse('a shape is an integer or a tuple of integers', 'use these');
    const dtype = wantedDtype(bound.get('dtype'), fill ? dtypeOf(fill.operand.type) : 'float64');
    if (!dtype) return unknownDtype;
    const element: OperandReference = fill?.reference ?? {
      from: 'constant',
      type: { kind: 'int' },
      value: value!,
    };
    return primitive('full', [shape.reference, element], arrayType(dtype, dims));
  },
});

const filledLike = (callee: string, value: Constant | undefined): PrimitiveRule => ({
  callees: [`numpy.${callee}`],
  resolve: (call) => {
    const names = value === undefined ? ['a', 'fill_value', 'dtype'] : ['a', 'dtype'];
    const bound = bindArguments(call, names);
    if (typeof bound === 'string') return refuse(bound, `give ${names.join(', ')}`);
    const like = bound.get('a');
    const fill = bound.get('fill_value');
    if (like?.operand.type.kind !== 'array' || (value === undefined && !fill)) {
      return refuse(`${call.callee} takes an array`, 'convert with numpy.asarray first');
    }
    const dtype = wantedDtype(bound.get('dtype'), like.operand.type.dtype);
    if (!dtype) return unknownDtype;
    const element: OperandReference = fill?.reference ?? {
      from: 'constant',
      type: { kind: 'int' },
      value: value!,
    };
    return primitive('full_like', [like.reference, element], arrayType(dtype, like.operand.type.shape));
  },
});

const INT: Type = { kind: 'int' };
const FLOAT: Type = { kind: 'float' };

const arange: PrimitiveRule = {
  callees: ['numpy.arange'],
  resolve: (call) => {
    const { dtype: dtypeGiven, ...others } = call.kwargs;
    if (Object.keys(others).length > 0 || call.args.length < 1 || call.args.length > 3) {
      return refuse('numpy.arange takes start, stop and step by position', 'give them so');
    }
    if (call.args.some(({ type }) => type.kind !== 'int' && type.kind !== 'float')) {
      return refuse('numpy.arange takes Python numbers here', 'convert with int(x) or float(x)');
    }
    const floats = call.args.some(({ type }) => type.kind === 'float');
    const natural: Dtype = floats ? 'float64' : 'int64';
    const dtype = dtypeGiven ? dtypeArgument(dtypeGiven) : natural;
    if (!dtype || !isNativeDtype(dtype)) return unknownDtype;
    if (floats && !isFloat(dtype)) return refuse('float steps with an integer dtype', 'use integers');
    const type = floats ? FLOAT : INT;
    const number = (value: number): OperandReference => ({ from: 'constant', type, value });
    const references = call.args.map((operand, index): OperandReference => {
      const value = operand.constant;
      if (typeof value === 'number' || typeof value === 'bigint') return number(Number(value));
      return { from: 'arg', index };
    });
    // `arange<double>`: every operand converts to the common number type.
    const [start, stop, step] =
      references.length === 1
        ? [number(0), references[0]!, number(1)]
        : [references[0]!, references[1]!, references[2] ?? number(1)];
    const lengths = [start, stop, step].map((each) =>
      each.from === 'constant' ? Number(each.value) : Number.NaN,
    );
    const count = Math.max(0, Math.ceil((lengths[1]! - lengths[0]!) / lengths[2]!));
    const dim = Number.isFinite(count) ? count : null;
    return primitive('arange', [start, stop, step], arrayType(dtype, [dim]));
  },
};

interface Nested {
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean)[];
  readonly dtype: Dtype;
}

/** A nested list of numbers as one array; undefined when it is ragged or holds something else. */
function nestedConstant(value: Constant): Nested | undefined {
  if (typeof value === 'boolean') return { shape: [], data: [value], dtype: 'bool' };
  if (typeof value === 'bigint') return { shape: [], data: [Number(value)], dtype: 'int64' };
  if (typeof value === 'number') {
    return { shape: [], data: [value], dtype: Number.isInteger(value) ? 'int64' : 'float64' };
  }
  if (!Array.isArray(value)) return undefined;
  const items = (value as readonly Constant[]).map(nestedConstant);
  const [first] = items;
  if (!first) return items.length === 0 ? { shape: [0], data: [], dtype: 'float64' } : undefined;
  if (!items.every((item) => item && item.shape.join() === first.shape.join())) return undefined;
  const all = items as Nested[];
  return {
    shape: [all.length, ...first.shape],
    data: all.flatMap((item) => item.data),
    dtype: all.map((item) => item.dtype).reduce(promoteTypes),
  };
}

/** The dtype of a list's items by their static types, where those are known: 1.0 is a float though it is whole. */
function itemsDtype(type: Type): Dtype | undefined {
  if (type.kind === 'list') return itemsDtype(type.item);
  if (type.kind !== 'tuple') return dtypeOf(type);
  const dtypes = type.items.map(itemsDtype);
  return dtypes.length > 0 && dtypes.every((dtype) => dtype !== undefined)
    ? (dtypes as Dtype[]).reduce(promoteTypes)
    : undefined;
}

function fromSequence(argument: BoundArgument, dtypeGiven: BoundArgument | undefined): Resolution {
  const { operand, reference } = argument;
  const constant = operand.constant === undefined ? undefined : nestedConstant(operand.constant);
  if (constant && constant.shape.length > 0) {
    const dtype = wantedDtype(dtypeGiven, itemsDtype(operand.type) ?? constant.dtype);
    if (!dtype) return unknownDtype;
    const type = arrayType(dtype, constant.shape);
    const value = { array: { dtype, shape: constant.shape, data: constant.data.map(Number) } };
    return primitive('identity', [{ from: 'constant', type, value }], type, {}, false);
  }
  if (operand.type.kind === 'tuple' && operand.type.items.length > 0) {
    const items = operand.type.items.map((type) => ({ type }));
    if (items.every(({ type }) => ['bool', 'int', 'float', 'scalar'].includes(type.kind))) {
      const promoted = resultDtype(items);
      const dtype = wantedDtype(dtypeGiven, isRefusal(promoted) ? undefined : promoted);
      if (!dtype) return unknownDtype;
      return primitive('from_items', [reference], arrayType(dtype, [items.length]));
    }
    if (items.every(({ type }) => type.kind === 'array')) return joined(argument, 0, 'stack', dtypeGiven);
  }
  return refuse('numpy.array takes numbers, arrays, or constant nested lists', 'build it with numpy.stack');
}

const array: PrimitiveRule = {
  callees: ['numpy.array', 'numpy.asarray'],
  resolve: (call) => {
    const bound = bindArguments(call, ['a', 'dtype']);
    if (typeof bound === 'string') return refuse(bound, 'give the values and a dtype');
    const values = bound.get('a');
    if (!values) return refuse(`${call.callee} needs values`, 'give them');
    const { type } = values.operand;
    const dtypeGiven = bound.get('dtype');
    if (type.kind !== 'array' && type.kind !== 'scalar') return fromSequence(values, dtypeGiven);
    const dtype = wantedDtype(dtypeGiven, type.dtype);
    if (!dtype) return unknownDtype;
    if (dtype !== type.dtype) return mapResolution('cast', [values], dtype);
    return primitive('identity', [values.reference], type, {}, false);
  },
};

/** stack and concatenate of a tuple of arrays of one rank. */
function joined(
  argument: BoundArgument,
  axis: number,
  name: 'stack' | 'concatenate',
  dtypeGiven?: BoundArgument,
): Resolution {
  const { type } = argument.operand;
  if (type.kind !== 'tuple' || type.items.length === 0) {
    return refuse(`numpy.${name} takes a tuple of arrays`, 'write the arrays in the call');
  }
  const shapes = type.items.map((item) => (item.kind === 'array' ? item.shape : []));
  const dtypes = type.items.map(dtypeOf);
  const rank = shapes[0]!.length;
  if (shapes.some((shape) => shape.length !== rank) || dtypes.some((dtype) => dtype === undefined)) {
    return refuse('all input arrays must have the same number of dimensions', 'reshape them first');
  }
  const natural = (dtypes as Dtype[]).reduce(promoteTypes);
  const dtype = wantedDtype(dtypeGiven, natural);
  const index = normaliseAxis(axis, name === 'stack' ? rank + 1 : rank);
  if (!dtype) return unknownDtype;
  if (index === undefined) return refuse(`axis ${axis} is out of bounds`, `the arrays have ${rank} axes`);
  // A length known in one of the arrays is the length in all.
  const common = shapes[0]!.map((dim, position) => {
    const all = shapes.map((shape) => shape[position]!);
    return all.find((each) => typeof each === 'number') ?? (all.every((each) => each === dim) ? dim : null);
  });
  if (name === 'stack') {
    const shape = [...common.slice(0, index), type.items.length, ...common.slice(index)];
    return primitive('stack', [argument.reference], arrayType(dtype, shape), { axis: index });
  }
  const lengths = shapes.map((shape) => shape[index]!);
  const total = lengths.every((dim): dim is number => typeof dim === 'number')
    ? lengths.reduce((sum, dim) => sum + dim, 0)
    : null;
  const shape = common.map((dim, position) => (position === index ? total : dim));
  return primitive('concatenate', [argument.reference], arrayType(dtype, shape), { axis: index });
}

const join = (name: 'stack' | 'concatenate'): PrimitiveRule => ({
  callees: [`numpy.${name}`],
  resolve: (call: CallSite) => {
    const bound = bindArguments(call, ['arrays', 'axis']);
    if (typeof bound === 'string') return refuse(bound, 'give the arrays and the axis');
    const arrays = bound.get('arrays');
    const axis = bound.has('axis') ? integerConstant(bound.get('axis')!.operand) : 0;
    if (!arrays || axis === undefined)
      return refuse(`numpy.${name} needs a known axis`, 'write it as a number');
    return joined(arrays, axis, name);
  },
});

export const createRules: readonly PrimitiveRule[] = [
  filled('zeros', 0),
  filled('ones', 1),
  filled('empty', 0),
  filled('full', undefined),
  filledLike('zeros_like', 0),
  filledLike('ones_like', 1),
  filledLike('empty_like', 0),
  filledLike('full_like', undefined),
  arange,
  array,
  join('stack'),
  join('concatenate'),
];
