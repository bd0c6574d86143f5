// SPDX-License-Identifier: Apache-2.0
// @variant deinterleaved_simd128
// @algorithm deinterleaved
// @summary One pass over interleaved rows, in 128-bit WebAssembly shuffles.
// @source Our own.
// @isa wasm32=wasm-simd128
#pragma once

#include "ops/ascontiguousarray/layout.hpp"

namespace ep::op::ascontiguousarray::deinterleaved_simd128 {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return copy_planes<Deinterleaved>(frame, in, out);
}

}  // namespace ep::op::ascontiguousarray::deinterleaved_simd128
