// SPDX-License-Identifier: Apache-2.0
// @variant online_avx512
// @algorithm online
// @summary Largest and exponentials in one look, a factor a block in the next, in 512-bit vectors.
// @source Milakov and Gimelshein, Online normalizer calculation for softmax (2018), a block at a time.
// @isa x86_64=x86-64-v4
// @flags -fno-math-errno -DEP_VECTOR_MATH=1 -mprefer-vector-width=512
#pragma once

#include "ops/softmax/rows.hpp"

namespace ep::op::softmax::online_avx512 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return softmax<InOrder<Online>, Attributes::axis>(frame, in, out);
}

}  // namespace ep::op::softmax::online_avx512
