// SPDX-License-Identifier: Apache-2.0
// @variant blocks_simd128
// @algorithm blocks
// @summary Blocks of 2048 in 128-bit WebAssembly vectors, their moments joined.
// @source Chan, Golub and LeVeque, Algorithms for Computing the Sample Variance (1983), a block at a time.
// @isa wasm32=wasm-simd128
// @flags -fno-math-errno
#pragma once

#include "ops/variance/moments.hpp"

namespace ep::op::variance::blocks_simd128 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return variance<InOrder<Blocks>, Attributes>(frame, in, out);
}

}  // namespace ep::op::variance::blocks_simd128
