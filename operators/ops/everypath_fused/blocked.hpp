// SPDX-License-Identifier: Apache-2.0
// @variant blocked
// @summary Blocks of 256 contiguous elements, vectorised for the architecture's baseline.
// @source Our own; NumPy's nditer merges axes the same way.
// @isa any
// @flags -fno-math-errno -DEP_VECTOR_MATH=1
#pragma once

#include "ops/everypath_fused/walk.hpp"

namespace ep::op::everypath_fused::blocked {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return fuse_all<Blocked<Body>>(frame, arguments...);
}

}  // namespace ep::op::everypath_fused::blocked
