// SPDX-License-Identifier: Apache-2.0
// @variant packed_simd128
// @algorithm packed
// @summary 128-bit WebAssembly vectors; matrices in packed tiles of 4 by 2.
// @source Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008).
// @isa wasm32=wasm-simd128
// @flags -funroll-loops
#pragma once

#include "ops/matmul/product.hpp"

namespace ep::op::matmul::packed_simd128 {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Vectors<16, 4, 2>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::packed_simd128
