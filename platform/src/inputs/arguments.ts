// `--arg name=value` on the command line into values of the function's own types: numbers, JSON, and files as
// `@file.npy`, `@file.png`, `@file.json`, `@file.txt`.

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Tensor, TypedArray, Value } from '@everypath/client';
import { type Dtype, formatType, type Parameter, type Type } from '@everypath/schema';
import { EXIT, Failure } from '../failure.ts';
import { readNpy } from './npy.ts';
import { readPng } from './png.ts';

/** Reads the given arguments against a signature's parameters. */
export async function readArguments(
  given: readonly string[],
  parameters: readonly Parameter[],
): Promise<Readonly<Record<string, Value>>> {
  const values: Record<string, Value> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    const name = text.slice(0, at);
    if (at < 1) throw wrong(`--arg ${text}: expected name=value`);
    const parameter = parameters.find((one) => one.name === name);
    if (!parameter) {
      throw wrong(
        `there is no parameter ${name}: the function takes ${parameters.map(signatureOf).join(', ') || 'nothing'}`,
      );
    }
    values[name] = await readOne(text.slice(at + 1), parameter);
  }
  const missing = parameters.filter((one) => !(one.name in values) && one.default === undefined);
  if (missing.length > 0) {
    throw wrong(
      `missing ${missing.map(signatureOf).join(', ')}`,
      `Give each with --arg, e.g. --arg ${missing[0]!.name}=${example(missing[0]!.type)}`,
    );
  }
  return values;
}

const signatureOf = (parameter: Parameter): string => `${parameter.name}: ${formatType(parameter.type)}`;

const wrong = (message: string, hint = 'See everypath run --help for the ways to write a value.'): Failure =>
  new Failure('EP_ARGUMENT', message, hint, EXIT.usage);

function example(type: Type): string {
  switch (type.kind) {
    case 'image':
      return '@photo.png';
    case 'array':
      return '@array.npy';
    case 'str':
      return 'text';
    case 'bool':
      return 'true';
    case 'list':
    case 'tuple':
      return '[1,2,3]';
    default:
      return '1';
  }
}

async function readOne(text: string, { name, type }: Parameter): Promise<Value> {
  if (text.startsWith('@')) return readFileValue(text.slice(1), name, type);
  if (type.kind === 'str' && !text.startsWith('"')) return text;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong(`--arg ${name}: ${JSON.stringify(text)} is not a ${formatType(type)}`);
  }
  return fromJson(json, type, name);
}

async function readFileValue(path: string, name: string, type: Type): Promise<Value> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw wrong(
      `--arg ${name}: cannot read ${path}: ${error.code === 'ENOENT' ? 'no such file' : error.code}`,
    );
  });
  switch (extname(path).toLowerCase()) {
    case '.npy': {
      const tensor = readNpy(bytes, path);
      return type.kind === 'image' ? imageOf(tensor, name) : tensor;
    }
    case '.png': {
      const image = readPng(bytes, path);
      if (type.kind !== 'array') return image;
      const { data, width, height, channels } = image;
      return { data, shape: channels === 1 ? [height, width] : [height, width, channels] };
    }
    case '.json':
      try {
        return fromJson(JSON.parse(bytes.toString('utf8')), type, name);
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw wrong(`--arg ${name}: ${path} is not JSON`);
      }
    default:
      if (type.kind === 'bytes') return new Uint8Array(bytes);
      if (type.kind === 'str') return bytes.toString('utf8');
      throw wrong(`--arg ${name}: ${path} is not a .npy, .png or .json file`);
  }
}

function imageOf(tensor: Tensor, name: string): Value {
  const [height = 0, width = 0, channels = 1] = tensor.shape;
  if (!(tensor.data instanceof Uint8Array) || tensor.shape.length < 2) {
    throw wrong(`--arg ${name}: an image is an array of uint8, height by width by channels`);
  }
  return { data: tensor.data, width, height, channels };
}

/** A JSON value as a value of the type: nested lists become arrays, objects become dicts. */
export function fromJson(json: unknown, type: Type, name: string): Value {
  if (type.kind === 'array') return arrayOf(json, type.dtype, name);
  if (type.kind === 'int' && typeof json === 'number' && !Number.isSafeInteger(json)) {
    throw wrong(`--arg ${name}: ${json} is not a whole number`);
  }
  if (type.kind === 'list' && Array.isArray(json)) return json.map((item) => fromJson(item, type.item, name));
  if (type.kind === 'tuple' && Array.isArray(json)) {
    return json.map((item, at) => fromJson(item, type.items[at] ?? { kind: 'none' }, name));
  }
  return json as Value;
}

const CONSTRUCTORS: Readonly<Partial<Record<Dtype, (numbers: readonly number[]) => TypedArray>>> = {
  bool: (numbers) => Uint8Array.from(numbers),
  int8: (numbers) => Int8Array.from(numbers),
  int16: (numbers) => Int16Array.from(numbers),
  int32: (numbers) => Int32Array.from(numbers),
  int64: (numbers) => BigInt64Array.from(numbers, BigInt),
  uint8: (numbers) => Uint8Array.from(numbers),
  uint16: (numbers) => Uint16Array.from(numbers),
  uint32: (numbers) => Uint32Array.from(numbers),
  uint64: (numbers) => BigUint64Array.from(numbers, BigInt),
  float32: (numbers) => Float32Array.from(numbers),
  float64: (numbers) => Float64Array.from(numbers),
};

/** A tensor of a dtype from plain numbers. */
export function tensorOf(numbers: readonly number[], shape: readonly number[], dtype: Dtype): Tensor {
  const make = CONSTRUCTORS[dtype];
  if (!make) throw wrong(`arrays of ${dtype} cannot be written on the command line`, 'Use a .npy file.');
  return { data: make(numbers), shape, dtype };
}

function arrayOf(json: unknown, dtype: Dtype, name: string): Tensor {
  const shape: number[] = [];
  for (let level = json; Array.isArray(level); level = level[0]) shape.push(level.length);
  const numbers: number[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof value !== 'number' && typeof value !== 'boolean')
        throw wrong(`--arg ${name}: an array holds numbers`);
      numbers.push(Number(value));
      return;
    }
    if (!Array.isArray(value) || value.length !== shape[depth])
      throw wrong(`--arg ${name}: the rows differ in length`);
    for (const item of value) walk(item, depth + 1);
  };
  walk(json, 0);
  return tensorOf(numbers, shape, dtype);
}
