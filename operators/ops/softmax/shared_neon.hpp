// SPDX-License-Identifier: Apache-2.0
// @variant shared_neon
// @algorithm shared
// @summary Rows, and parts of long rows, shared between threads, in 128-bit vectors.
// @source Milakov and Gimelshein, Online normalizer calculation for softmax (2018), a block at a time.
// @isa arm64=armv8-a
// @flags -fno-math-errno -DEP_VECTOR_MATH=1
// @threads several
#pragma once

#include "ops/softmax/shared_rows.hpp"

namespace ep::op::softmax::shared_neon {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return softmax<Shared, Attributes::axis>(frame, in, out);
}

}  // namespace ep::op::softmax::shared_neon
