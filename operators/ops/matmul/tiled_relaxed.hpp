// SPDX-License-Identifier: Apache-2.0
// @variant tiled_relaxed
// @algorithm tiled
// @summary Register tiles of 4 by 2 128-bit WebAssembly vectors with relaxed FMA, straight from the matrices.
// @source Van Zee and van de Geijn, BLIS: A Framework for Rapidly Instantiating BLAS Functionality (2015), its micro-kernel.
// @isa wasm32=wasm-relaxed-simd
#pragma once

#include "ops/matmul/direct_tiles.hpp"
#include "ops/matmul/relaxed_vectors.hpp"

namespace ep::op::matmul::tiled_relaxed {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Tiled<16, 4, 2, RelaxedVectors>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::tiled_relaxed
