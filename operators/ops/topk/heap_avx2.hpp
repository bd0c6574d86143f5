// SPDX-License-Identifier: Apache-2.0
// @variant heap_avx2
// @algorithm heap
// @summary A heap of the best k; 128 scores at a time are dismissed in 256-bit vectors.
// @source Knuth, The Art of Computer Programming, volume 3, 5.2.3.
// @isa x86_64=x86-64-v3
#pragma once

#include "ops/topk/select.hpp"

namespace ep::op::topk::heap_avx2 {

template <class Attributes, class T>
Status run(Frame& frame, const Array<T, 1>& in, int64_t k, Array<int64_t, 1>& out) {
  return top<HeapSelect>(frame, in, k, out);
}

}  // namespace ep::op::topk::heap_avx2
