// SPDX-License-Identifier: Apache-2.0
// @variant pairwise
// @role reference
// @summary Eight sums to a block of 128, blocks added pairwise.
// @source NumPy's pairwise_sum (loops_utils.h.src).
// @isa any
// @flags -fno-math-errno
#pragma once

#include "ops/reduce/axis.hpp"

namespace ep::op::reduce::pairwise {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return reduce_axis<Attributes::function, Attributes::axis, InOrder<Pairwise>, Own<Out>>(frame, in, out);
}

}  // namespace ep::op::reduce::pairwise
