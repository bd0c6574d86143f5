// SPDX-License-Identifier: Apache-2.0
// @variant vertical_first_avx512
// @algorithm vertical_first
// @summary Vertical pass first, 16 bits between the passes, 512-bit vectors.
// @source Pillow's Resample.c (fixed point, 22 bits); the arithmetic is our own.
// @isa x86_64=x86-64-v4
#pragma once

#include "ops/resize_bilinear/x86_lanes.hpp"

namespace ep::op::resize_bilinear::vertical_first_avx512 {

struct Passes {
  static Status run(Frame& frame, const Image& in, const Weights& horizontal, const Weights& vertical, Image& out) {
    return VerticalFirst<64, SumLanes<4>, ExactLanes<4>>::run(frame, in, horizontal, vertical, out);
  }
};

template <class Attributes>
Status run(Frame& frame, const Image& in, const Tuple<int64_t, int64_t>& size, Image& out) {
  return resize<Passes>(frame, in, size, out);
}

}  // namespace ep::op::resize_bilinear::vertical_first_avx512
