// SPDX-License-Identifier: Apache-2.0
// @variant shared_avx512
// @algorithm shared
// @summary Parts of a quarter of a megabyte shared between threads, in 512-bit vectors.
// @source Higham, The Accuracy of Floating Point Summation (1993): pairwise, over as many partial sums as the vectors have lanes.
// @isa x86_64=x86-64-v4
// @flags -fno-math-errno -mprefer-vector-width=512
// @threads several
#pragma once

#include "ops/reduce/shared_axis.hpp"

namespace ep::op::reduce::shared_avx512 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return reduce_axis<Attributes::function, Attributes::axis, Shared<64>, Own<Out>>(frame, in, out);
}

}  // namespace ep::op::reduce::shared_avx512
