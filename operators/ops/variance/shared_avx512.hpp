// SPDX-License-Identifier: Apache-2.0
// @variant shared_avx512
// @algorithm shared
// @summary Parts of a quarter of a megabyte shared between threads, in 512-bit vectors.
// @source Chan, Golub and LeVeque, Algorithms for Computing the Sample Variance (1983), a block at a time.
// @isa x86_64=x86-64-v4
// @flags -fno-math-errno -mprefer-vector-width=512
// @threads several
#pragma once

#include "ops/variance/shared_moments.hpp"

namespace ep::op::variance::shared_avx512 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return variance<Shared, Attributes>(frame, in, out);
}

}  // namespace ep::op::variance::shared_avx512
