// SPDX-License-Identifier: Apache-2.0
// @variant packed_simd128
// @algorithm packed
// @summary Packed tiles of 4 by 2 128-bit WebAssembly vectors.
// @source Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008).
// @isa wasm32=wasm-simd128
// @types *_2,*_2
#pragma once

#include "ops/matmul/packed_tiles.hpp"

namespace ep::op::matmul::packed_simd128 {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Packed<16, 4, 2>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::packed_simd128
