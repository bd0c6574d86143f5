// SPDX-License-Identifier: Apache-2.0
// @variant vertical_first_simd128
// @algorithm vertical_first
// @summary Vertical pass first, 16 bits between the passes, 128-bit WebAssembly vectors.
// @source Pillow's Resample.c (fixed point, 22 bits); the arithmetic is our own.
// @isa wasm32=wasm-simd128
#pragma once

#include "ops/resize_bilinear/vertical_order.hpp"

namespace ep::op::resize_bilinear::vertical_first_simd128 {

struct Passes {
  static Status run(Frame& frame, const Image& in, const Weights& horizontal, const Weights& vertical, Image& out) {
    return VerticalFirst<16>::run(frame, in, horizontal, vertical, out);
  }
};

template <class Attributes>
Status run(Frame& frame, const Image& in, const Tuple<int64_t, int64_t>& size, Image& out) {
  return resize<Passes>(frame, in, size, out);
}

}  // namespace ep::op::resize_bilinear::vertical_first_simd128
