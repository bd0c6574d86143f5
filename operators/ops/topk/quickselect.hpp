// SPDX-License-Identifier: Apache-2.0
// @variant quickselect
// @summary Quickselect with a median of three, then a sort of the first k.
// @source Hoare, Algorithm 65 (1961).
// @isa any
#pragma once

#include "ops/topk/select.hpp"

namespace ep::op::topk::quickselect {

template <class Attributes, class T>
Status run(Frame& frame, const Array<T, 1>& in, int64_t k, Array<int64_t, 1>& out) {
  return top<QuickSelect>(frame, in, k, out);
}

}  // namespace ep::op::topk::quickselect
