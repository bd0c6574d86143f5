// SPDX-License-Identifier: Apache-2.0
// @variant heap
// @summary A heap of the best k; 128 scores at a time are dismissed without a branch each.
// @source Knuth, The Art of Computer Programming, volume 3, 5.2.3.
// @isa any
#pragma once

#include "ops/topk/select.hpp"

namespace ep::op::topk::heap {

template <class Attributes, class T>
Status run(Frame& frame, const Array<T, 1>& in, int64_t k, Array<int64_t, 1>& out) {
  return top<HeapSelect>(frame, in, k, out);
}

}  // namespace ep::op::topk::heap
