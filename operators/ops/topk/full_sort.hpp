// SPDX-License-Identifier: Apache-2.0
// @variant full_sort
// @role reference
// @summary A radix sort of all scores.
// @source Knuth, The Art of Computer Programming, volume 3, 5.2.5.
// @isa any
#pragma once

#include "ops/topk/select.hpp"

namespace ep::op::topk::full_sort {

template <class Attributes, class T>
Status run(Frame& frame, const Array<T, 1>& in, int64_t k, Array<int64_t, 1>& out) {
  return top<FullSort>(frame, in, k, out);
}

}  // namespace ep::op::topk::full_sort
