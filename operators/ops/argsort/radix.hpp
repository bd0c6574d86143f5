// SPDX-License-Identifier: Apache-2.0
// @variant radix
// @summary Radix sort of keys with their indices, a byte at a time.
// @source Knuth, The Art of Computer Programming, volume 3, 5.2.5.
// @isa any
#pragma once

#include "ops/argsort/keys.hpp"

namespace ep::op::argsort::radix {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return sort_rows<RadixSort, Attributes::values>(frame, in, out);
}

}  // namespace ep::op::argsort::radix
