// SPDX-License-Identifier: Apache-2.0
// @variant stored
// @summary Largest, stored exponentials with their sum, division, in the baseline's vectors.
// @source The three-pass algorithm with stored exponentials: Dukhan and Ablavatski, Two-Pass Softmax Algorithm (2020).
// @isa any
// @flags -fno-math-errno -DEP_VECTOR_MATH=1
#pragma once

#include "ops/softmax/rows.hpp"

namespace ep::op::softmax::stored {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return softmax<InOrder<Stored>, Attributes::axis>(frame, in, out);
}

}  // namespace ep::op::softmax::stored
