// SPDX-License-Identifier: Apache-2.0
// @variant blocks_avx2
// @algorithm blocks
// @summary Blocks of 2048 in 256-bit vectors, their moments joined.
// @source Chan, Golub and LeVeque, Algorithms for Computing the Sample Variance (1983), a block at a time.
// @isa x86_64=x86-64-v3
// @flags -fno-math-errno
#pragma once

#include "ops/variance/moments.hpp"

namespace ep::op::variance::blocks_avx2 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return variance<InOrder<Blocks>, Attributes>(frame, in, out);
}

}  // namespace ep::op::variance::blocks_avx2
