// SPDX-License-Identifier: Apache-2.0
// @variant row_by_row
// @summary Row after row of the result, whatever the source's strides.
// @source Our own.
// @isa any
// @flags -fno-vectorize -fno-slp-vectorize
#pragma once

#include "ops/ascontiguousarray/layout.hpp"

namespace ep::op::ascontiguousarray::row_by_row {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return copy_planes<RowByRow>(frame, in, out);
}

}  // namespace ep::op::ascontiguousarray::row_by_row
