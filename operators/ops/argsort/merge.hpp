// SPDX-License-Identifier: Apache-2.0
// @variant merge
// @summary Merge sort of keys with their indices.
// @source Knuth, The Art of Computer Programming, volume 3, 5.2.4.
// @isa any
#pragma once

#include "ops/argsort/keys.hpp"

namespace ep::op::argsort::merge {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return sort_rows<MergeSort, Attributes::values>(frame, in, out);
}

}  // namespace ep::op::argsort::merge
