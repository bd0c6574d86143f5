// Arguments made from a signature, for benchmarks that were given none: the same values on every run.

import type { Value } from '@everypath/client';
import type { Dim, Parameter, Type } from '@everypath/schema';
import { tensorOf } from './arguments.ts';

/** Lengths of dimensions that the signature leaves open: together some 100 kB, more than a first-level cache. */
const OPEN_DIM = { 1: 32_768, 2: 256, 3: 64 } as const;
const IMAGE = { width: 640, height: 480 };

/** A value for every parameter without a default. */
export function sampleInputs(parameters: readonly Parameter[]): Readonly<Record<string, Value>> {
  const dims = new Map<string, number>();
  return Object.fromEntries(
    parameters
      .filter((parameter) => parameter.default === undefined)
      .map((parameter, index) => [parameter.name, sample(parameter.type, index, dims)]),
  );
}

/** Low-discrepancy numbers in (0, 1): the additive recurrence of the golden ratio (Weyl 1916). */
const fraction = (at: number): number => (0.5 + at * 0.6180339887498949) % 1;

function sample(type: Type, seed: number, dims: Map<string, number>): Value {
  switch (type.kind) {
    case 'none':
      return null;
    case 'bool':
      return true;
    case 'int':
      return 1000 + seed;
    case 'float':
      return 0.5 + fraction(seed + 1) / 4;
    case 'str':
      return 'everypath';
    case 'bytes':
      return Uint8Array.from({ length: 4096 }, (_, at) => Math.floor(256 * fraction(at)));
    case 'scalar':
      return 1 + seed;
    case 'array': {
      const shape = type.shape.map((dim) => lengthOf(dim, type.shape.length, dims));
      const whole = !type.dtype.startsWith('float') && !type.dtype.startsWith('complex');
      const numbers = Array.from({ length: shape.reduce((product, dim) => product * dim, 1) }, (_, at) =>
        whole
          ? type.dtype === 'bool'
            ? at % 2
            : Math.floor(100 * fraction(at + seed))
          : 0.25 + fraction(at + seed),
      );
      return tensorOf(numbers, shape, type.dtype);
    }
    case 'image': {
      const channels = type.mode === 'L' ? 1 : type.mode === 'RGBA' ? 4 : 3;
      const { width, height } = IMAGE;
      const data = Uint8Array.from({ length: width * height * channels }, (_, at) =>
        Math.floor((at / channels / width / height) * 200 + 55 * fraction(at)),
      );
      return { data, width, height, channels };
    }
    case 'tuple':
      return type.items.map((item, at) => sample(item, seed + at, dims));
    case 'list':
      return Array.from({ length: 256 }, (_, at) => sample(type.item, seed + at, dims));
    case 'dict':
      return new Map([[sample(type.key, seed, dims), sample(type.value, seed, dims)]]);
  }
}

function lengthOf(dim: Dim, rank: number, dims: Map<string, number>): number {
  if (typeof dim === 'number') return dim;
  const open = OPEN_DIM[Math.min(rank, 3) as 1 | 2 | 3] ?? 1;
  if (dim === null) return open;
  const known = dims.get(dim) ?? open;
  dims.set(dim, known);
  return known;
}
