// SPDX-License-Identifier: Apache-2.0
// @variant radix
// @summary Radix sort of keys with their indices, a byte at a time.
// @source Knuth, The Art of Computer Programming, volume 3, 5.2.5.
// @isa any
#pragma once

#include "ops/argsort/keys.hpp"

namespace ep::op::argsort::radix {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<int64_t, R>& out) {
  return order_rows<RadixSort>(frame, in, out);
}

}  // namespace ep::op::argsort::radix
