// SPDX-License-Identifier: Apache-2.0
// @variant heapsort
// @role reference
// @summary Heapsort: in place, no worst case, nothing clever.
// @source Williams, Algorithm 232 (1964).
// @isa any
#pragma once

#include "ops/sort/heap.hpp"

namespace ep::op::sort::heapsort {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return sort_rows<Heapsort>(frame, in, out);
}

}  // namespace ep::op::sort::heapsort
