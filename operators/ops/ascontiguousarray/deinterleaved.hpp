// SPDX-License-Identifier: Apache-2.0
// @variant deinterleaved
// @summary One pass over the source where rows interleave, else rows or tiles.
// @source Our own.
// @isa any
#pragma once

#include "ops/ascontiguousarray/layout.hpp"

namespace ep::op::ascontiguousarray::deinterleaved {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return copy_planes<Deinterleaved>(frame, in, out);
}

}  // namespace ep::op::ascontiguousarray::deinterleaved
