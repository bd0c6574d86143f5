// SPDX-License-Identifier: Apache-2.0
// @variant shared_neon
// @algorithm shared
// @summary Parts of a quarter of a megabyte shared between threads, in 128-bit vectors.
// @source Chan, Golub and LeVeque, Algorithms for Computing the Sample Variance (1983), a block at a time.
// @isa arm64=armv8-a
// @flags -fno-math-errno
// @threads several
#pragma once

#include "ops/variance/shared_moments.hpp"

namespace ep::op::variance::shared_neon {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return variance<Shared, Attributes>(frame, in, out);
}

}  // namespace ep::op::variance::shared_neon
