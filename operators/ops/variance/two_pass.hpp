// SPDX-License-Identifier: Apache-2.0
// @variant two_pass
// @role reference
// @summary The mean, then the distances from it; both sums pairwise.
// @source NumPy's _var (numpy/core/_methods.py).
// @isa any
// @flags -fno-math-errno
#pragma once

#include "ops/variance/moments.hpp"

namespace ep::op::variance::two_pass {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return variance<InOrder<TwoPass>, Attributes>(frame, in, out);
}

}  // namespace ep::op::variance::two_pass
