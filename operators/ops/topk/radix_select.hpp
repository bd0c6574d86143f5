// SPDX-License-Identifier: Apache-2.0
// @variant radix_select
// @summary Counts bytes from the top to find the k-th key, then sorts what is below it.
// @source Radix select as in Alabi et al., Fast k-selection (2012).
// @isa any
#pragma once

#include "ops/topk/select.hpp"

namespace ep::op::topk::radix_select {

template <class Attributes, class T>
Status run(Frame& frame, const Array<T, 1>& in, int64_t k, Array<int64_t, 1>& out) {
  return top<RadixSelect>(frame, in, k, out);
}

}  // namespace ep::op::topk::radix_select
