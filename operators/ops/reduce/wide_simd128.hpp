// SPDX-License-Identifier: Apache-2.0
// @variant wide_simd128
// @algorithm widened
// @summary Four 128-bit WebAssembly vectors of sums, blocks added pairwise.
// @source Our own.
// @isa wasm32=wasm-simd128
// @flags -fno-math-errno
#pragma once

#include "ops/reduce/axis.hpp"

namespace ep::op::reduce::wide_simd128 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return reduce_axis<Attributes::function, Attributes::axis, Wide<16>, Own<Out>>(frame, in, out);
}

}  // namespace ep::op::reduce::wide_simd128
