// SPDX-License-Identifier: Apache-2.0
// @variant quick
// @summary Quicksort whose partition has no branches, on networks of 128-bit vectors.
// @source Edelkamp and Weiss, BlockQuicksort (2016); Batcher (1968) for the networks.
// @isa any
#pragma once

#include "ops/sort/partition.hpp"

namespace ep::op::sort::quick {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return sort_rows<Quick<Branchless>>(frame, in, out);
}

}  // namespace ep::op::sort::quick
