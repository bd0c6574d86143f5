// SPDX-License-Identifier: Apache-2.0
// @variant online_simd128
// @algorithm online
// @summary Largest and exponentials in one look, a factor a block in the next, in 128-bit WebAssembly vectors.
// @source Milakov and Gimelshein, Online normalizer calculation for softmax (2018), a block at a time.
// @isa wasm32=wasm-simd128
// @flags -fno-math-errno -DEP_VECTOR_MATH=1
#pragma once

#include "ops/softmax/rows.hpp"

namespace ep::op::softmax::online_simd128 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return softmax<InOrder<Online>, Attributes::axis>(frame, in, out);
}

}  // namespace ep::op::softmax::online_simd128
