// SPDX-License-Identifier: Apache-2.0
// @variant separable_avx512
// @algorithm separable
// @summary Pillow's two passes, four rows and two taps an instruction: the same bytes as Pillow.
// @source Pillow's Resample.c (fixed point, 22 bits); the lanes are our own.
// @isa x86_64=x86-64-v4
#pragma once

#include "ops/resize_bilinear/x86_lanes.hpp"

namespace ep::op::resize_bilinear::separable_avx512 {

struct Passes {
  static Status run(Frame& frame, const Image& in, const Weights& horizontal, const Weights& vertical, Image& out) {
    return horizontal_first<ExactLanes<4>>(frame, in, horizontal, vertical, out);
  }
};

template <class Attributes>
Status run(Frame& frame, const Image& in, const Tuple<int64_t, int64_t>& size, Image& out) {
  return resize<Passes>(frame, in, size, out);
}

}  // namespace ep::op::resize_bilinear::separable_avx512
