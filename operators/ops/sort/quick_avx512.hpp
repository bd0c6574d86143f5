// SPDX-License-Identifier: Apache-2.0
// @variant quick_avx512
// @algorithm quick
// @summary Quicksort that partitions 512 bits at a time by compression, on networks of 512-bit vectors.
// @source Blacher et al., Vectorized and performance-portable Quicksort (2022).
// @isa x86_64=x86-64-v4
#pragma once

#include "ops/sort/compressed.hpp"

namespace ep::op::sort::quick_avx512 {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return sort_rows<Quick<Compressed>>(frame, in, out);
}

}  // namespace ep::op::sort::quick_avx512
