// SPDX-License-Identifier: Apache-2.0
// @variant shared_neon
// @algorithm shared
// @summary Parts of a quarter of a megabyte shared between threads, in 128-bit vectors.
// @source Higham, The Accuracy of Floating Point Summation (1993): pairwise, over as many partial sums as the vectors have lanes.
// @isa arm64=armv8-a
// @flags -fno-math-errno
// @types *_2
// @threads several
#pragma once

#include "ops/reduce/shared_axis.hpp"

namespace ep::op::norm::shared_neon {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return reduce::reduce_axis<7, Attributes::axis, reduce::Shared<16>, reduce::Own<Out>>(frame, in, out);
}

}  // namespace ep::op::norm::shared_neon
