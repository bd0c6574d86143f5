// SPDX-License-Identifier: Apache-2.0
// @variant merge
// @summary Merge sort of keys with their indices.
// @source Knuth, The Art of Computer Programming, volume 3, 5.2.4.
// @isa any
#pragma once

#include "ops/argsort/keys.hpp"

namespace ep::op::argsort::merge {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<int64_t, R>& out) {
  return order_rows<MergeSort>(frame, in, out);
}

}  // namespace ep::op::argsort::merge
