// SPDX-License-Identifier: Apache-2.0
// @variant separable
// @summary Pillow's two passes as they stand, left to the compiler to vectorise: the same bytes as Pillow.
// @source Pillow's Resample.c (fixed point, 22 bits).
// @isa any
#pragma once

#include "ops/resize_bilinear/resample.hpp"

namespace ep::op::resize_bilinear::separable {

struct Passes {
  static Status run(Frame& frame, const Image& in, const Weights& horizontal, const Weights& vertical, Image& out) {
    return horizontal_first<PlainHorizontal>(frame, in, horizontal, vertical, out);
  }
};

template <class Attributes>
Status run(Frame& frame, const Image& in, const Tuple<int64_t, int64_t>& size, Image& out) {
  return resize<Passes>(frame, in, size, out);
}

}  // namespace ep::op::resize_bilinear::separable
