// SPDX-License-Identifier: Apache-2.0
// @variant radix
// @summary Least significant byte first; bytes that all keys share are skipped.
// @source Knuth, The Art of Computer Programming, volume 3, 5.2.5.
// @isa any
#pragma once

#include "ops/sort/digits.hpp"

namespace ep::op::sort::radix {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return sort_rows<Radix<8>>(frame, in, out);
}

}  // namespace ep::op::sort::radix
