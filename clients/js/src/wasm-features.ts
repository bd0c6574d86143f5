// Which WebAssembly level this engine has, asked by validating smallest modules that use it.

import type { IsaLevel } from '@everypath/schema';

const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
/** One function () -> v128. */
const TYPE_AND_FUNCTION = [1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0];

const code = (body: readonly number[]): readonly number[] => [
  10,
  body.length + 4,
  1,
  body.length + 2,
  0,
  ...body,
  11,
];

const has = (body: readonly number[]): boolean =>
  WebAssembly.validate(new Uint8Array([...HEADER, ...TYPE_AND_FUNCTION, ...code(body)]));

/** i32.const 0, i8x16.splat */
const SIMD128 = [65, 0, 253, 15];
/** Two of these, i8x16.relaxed_swizzle */
const RELAXED_SIMD = [...SIMD128, ...SIMD128, 253, 128, 2];

export function wasmLevel(): IsaLevel {
  if (!has(SIMD128)) return 'wasm-mvp';
  return has(RELAXED_SIMD) ? 'wasm-relaxed-simd' : 'wasm-simd128';
}
