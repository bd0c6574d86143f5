// SPDX-License-Identifier: Apache-2.0
// @variant bands
// @summary The vertical pass first, in bands of the result that threads share, four rows at once; within one level.
// @source Pillow's Resample.c (fixed point); the order, the arithmetic and its bound are our own.
// @isa arm64=armv8-a
// @flags -fno-vectorize -mllvm -unroll-runtime=false
// @threads several
#pragma once

#include "ops/resize_bilinear/exact_passes.hpp"
#include "ops/resize_bilinear/vertical_order.hpp"

namespace ep::op::resize_bilinear::bands {

template <class Attributes>
Status run(Frame& frame, const Image& in, const Tuple<int64_t, int64_t>& size, Image& out) {
  return resize<VerticalFirst<Portable, ExactPasses<Portable, true, false>, true>>(frame, in, size, out);
}

}  // namespace ep::op::resize_bilinear::bands
