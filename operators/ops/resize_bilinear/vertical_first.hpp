// SPDX-License-Identifier: Apache-2.0
// @variant vertical_first
// @summary Vertical pass first, 16 bits between the passes, then the horizontal pass of four rows at once; within one level.
// @source Pillow's Resample.c (fixed point); the order, the arithmetic and its bound are our own.
// @isa arm64=armv8-a,wasm32=wasm-simd128
// @flags -fno-vectorize -mllvm -unroll-runtime=false
#pragma once

#include "ops/resize_bilinear/exact_passes.hpp"
#include "ops/resize_bilinear/vertical_order.hpp"

namespace ep::op::resize_bilinear::vertical_first {

template <class Attributes>
Status run(Frame& frame, const Image& in, const Tuple<int64_t, int64_t>& size, Image& out) {
  return resize<VerticalFirst<Portable, ExactPasses<Portable, false, false>>>(frame, in, size, out);
}

}  // namespace ep::op::resize_bilinear::vertical_first
