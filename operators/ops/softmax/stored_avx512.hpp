// SPDX-License-Identifier: Apache-2.0
// @variant stored_avx512
// @algorithm stored
// @summary Largest, stored exponentials with their sum, division, in 512-bit vectors.
// @source The three-pass algorithm with stored exponentials: Dukhan and Ablavatski, Two-Pass Softmax Algorithm (2020).
// @isa x86_64=x86-64-v4
// @flags -fno-math-errno -DEP_VECTOR_MATH=1 -mprefer-vector-width=512
#pragma once

#include "ops/softmax/rows.hpp"

namespace ep::op::softmax::stored_avx512 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return softmax<InOrder<Stored>, Attributes::axis>(frame, in, out);
}

}  // namespace ep::op::softmax::stored_avx512
