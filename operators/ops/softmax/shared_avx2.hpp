// SPDX-License-Identifier: Apache-2.0
// @variant shared_avx2
// @algorithm shared
// @summary Rows, and parts of long rows, shared between threads, in 256-bit vectors.
// @source Milakov and Gimelshein, Online normalizer calculation for softmax (2018), a block at a time.
// @isa x86_64=x86-64-v3
// @flags -fno-math-errno -DEP_VECTOR_MATH=1 -mprefer-vector-width=256
// @threads several
#pragma once

#include "ops/softmax/shared_rows.hpp"

namespace ep::op::softmax::shared_avx2 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return softmax<Shared, Attributes::axis>(frame, in, out);
}

}  // namespace ep::op::softmax::shared_avx2
