// SPDX-License-Identifier: Apache-2.0
// @variant wide
// @summary Four 128-bit vectors of sums, blocks added pairwise.
// @source Higham, The Accuracy of Floating Point Summation (1993): pairwise, over as many partial sums as the vectors have lanes.
// @isa any
// @flags -fno-math-errno
#pragma once

#include "ops/reduce/axis.hpp"

namespace ep::op::reduce::wide {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return reduce_axis<Attributes::function, Attributes::axis, InOrder<Wide<16>>, Own<Out>>(frame, in, out);
}

}  // namespace ep::op::reduce::wide
