// SPDX-License-Identifier: Apache-2.0
// @variant separable_avx2
// @algorithm separable
// @summary Pillow's two passes to the byte, eight rows at once: 16-bit weights, and all 22 bits where those leave doubt.
// @source Pillow's Resample.c (fixed point, 22 bits); rows across lanes and the certified rounding are our own.
// @isa x86_64=x86-64-v3
// @flags -fno-vectorize -mllvm -unroll-runtime=false
#pragma once

#include "ops/resize_bilinear/exact_passes.hpp"
#include "ops/resize_bilinear/x86_lanes.hpp"

namespace ep::op::resize_bilinear::separable_avx2 {

template <class Attributes>
Status run(Frame& frame, const Image& in, const Tuple<int64_t, int64_t>& size, Image& out) {
  return resize<ExactPasses<Avx2>>(frame, in, size, out);
}

}  // namespace ep::op::resize_bilinear::separable_avx2
