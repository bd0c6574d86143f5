// SPDX-License-Identifier: Apache-2.0
// @variant tiled
// @role reference
// @summary Tiles of 32 by 32 elements.
// @source Our own.
// @isa any
#pragma once

#include "ops/ascontiguousarray/layout.hpp"

namespace ep::op::ascontiguousarray::tiled {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return copy_planes<Tiled>(frame, in, out);
}

}  // namespace ep::op::ascontiguousarray::tiled
