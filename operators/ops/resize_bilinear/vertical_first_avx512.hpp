// SPDX-License-Identifier: Apache-2.0
// @variant vertical_first_avx512
// @algorithm vertical_first
// @summary Vertical pass first, 16 bits between the passes, then the horizontal pass of sixteen rows at once; within one level.
// @source Pillow's Resample.c (fixed point); the order, the arithmetic and its bound are our own.
// @isa x86_64=x86-64-v4
// @flags -fno-vectorize -mllvm -unroll-runtime=false
#pragma once

#include "ops/resize_bilinear/exact_passes.hpp"
#include "ops/resize_bilinear/vertical_order.hpp"
#include "ops/resize_bilinear/x86_lanes.hpp"

namespace ep::op::resize_bilinear::vertical_first_avx512 {

template <class Attributes>
Status run(Frame& frame, const Image& in, const Tuple<int64_t, int64_t>& size, Image& out) {
  return resize<VerticalFirst<Avx512, ExactPasses<Avx512, false, false>>>(frame, in, size, out);
}

}  // namespace ep::op::resize_bilinear::vertical_first_avx512
