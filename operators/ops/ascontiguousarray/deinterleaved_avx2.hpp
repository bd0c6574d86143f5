// SPDX-License-Identifier: Apache-2.0
// @variant deinterleaved_avx2
// @algorithm deinterleaved
// @summary One pass over interleaved rows, in 256-bit shuffles.
// @source Our own.
// @isa x86_64=x86-64-v3
#pragma once

#include "ops/ascontiguousarray/layout.hpp"

namespace ep::op::ascontiguousarray::deinterleaved_avx2 {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return copy_planes<Deinterleaved>(frame, in, out);
}

}  // namespace ep::op::ascontiguousarray::deinterleaved_avx2
