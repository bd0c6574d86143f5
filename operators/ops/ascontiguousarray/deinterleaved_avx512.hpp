// SPDX-License-Identifier: Apache-2.0
// @variant deinterleaved_avx512
// @algorithm deinterleaved
// @summary One pass over interleaved rows, in 512-bit shuffles.
// @source Our own.
// @isa x86_64=x86-64-v4
// @flags -mprefer-vector-width=512
#pragma once

#include "ops/ascontiguousarray/layout.hpp"

namespace ep::op::ascontiguousarray::deinterleaved_avx512 {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return copy_planes<Deinterleaved>(frame, in, out);
}

}  // namespace ep::op::ascontiguousarray::deinterleaved_avx512
