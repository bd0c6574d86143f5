// SPDX-License-Identifier: Apache-2.0
// @variant stored_simd128
// @algorithm stored
// @summary Largest, stored exponentials with their sum, division, in 128-bit WebAssembly vectors.
// @source The three-pass algorithm with stored exponentials: Dukhan and Ablavatski, Two-Pass Softmax Algorithm (2020).
// @isa wasm32=wasm-simd128
// @flags -fno-math-errno -DEP_VECTOR_MATH=1
#pragma once

#include "ops/softmax/rows.hpp"

namespace ep::op::softmax::stored_simd128 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return softmax<InOrder<Stored>, Attributes::axis>(frame, in, out);
}

}  // namespace ep::op::softmax::stored_simd128
