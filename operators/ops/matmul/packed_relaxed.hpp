// SPDX-License-Identifier: Apache-2.0
// @variant packed_relaxed
// @algorithm packed
// @summary Packed tiles of 4 by 2 128-bit WebAssembly vectors with relaxed FMA.
// @source Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008).
// @isa wasm32=wasm-relaxed-simd
// @types *_2,*_2
#pragma once

#include "ops/matmul/packed_tiles.hpp"
#include "ops/matmul/relaxed_vectors.hpp"

namespace ep::op::matmul::packed_relaxed {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Packed<16, 4, 2, RelaxedVectors>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::packed_relaxed
