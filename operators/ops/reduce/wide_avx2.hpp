// SPDX-License-Identifier: Apache-2.0
// @variant wide_avx2
// @algorithm wide
// @summary Four 256-bit vectors of sums, blocks added pairwise.
// @source Higham, The Accuracy of Floating Point Summation (1993): pairwise, over as many partial sums as the vectors have lanes.
// @isa x86_64=x86-64-v3
// @flags -fno-math-errno
#pragma once

#include "ops/reduce/axis.hpp"

namespace ep::op::reduce::wide_avx2 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return reduce_axis<Attributes::function, Attributes::axis, InOrder<Wide<32>>, Own<Out>>(frame, in, out);
}

}  // namespace ep::op::reduce::wide_avx2
