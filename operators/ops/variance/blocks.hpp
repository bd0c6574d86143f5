// SPDX-License-Identifier: Apache-2.0
// @variant blocks
// @summary Blocks of 2048 in the baseline's vectors, their moments joined.
// @source Chan, Golub and LeVeque, Algorithms for Computing the Sample Variance (1983), a block at a time.
// @isa any
// @flags -fno-math-errno
#pragma once

#include "ops/variance/moments.hpp"

namespace ep::op::variance::blocks {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return variance<InOrder<Blocks>, Attributes>(frame, in, out);
}

}  // namespace ep::op::variance::blocks
