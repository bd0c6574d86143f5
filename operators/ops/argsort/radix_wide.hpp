// SPDX-License-Identifier: Apache-2.0
// @variant radix_wide
// @summary Radix sort of keys with their indices, 11 bits at a time: fewer passes, larger tables.
// @source Herf, Radix Tricks (2001).
// @isa any
#pragma once

#include "ops/argsort/keys.hpp"

namespace ep::op::argsort::radix_wide {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<int64_t, R>& out) {
  return order_rows<Digits<11>>(frame, in, out);
}

}  // namespace ep::op::argsort::radix_wide
