// SPDX-License-Identifier: Apache-2.0
// @variant unfused
// @summary Each function that costs much in a pass of its own over blocks of 256 elements, vectorised for the architecture's baseline.
// @source Our own, after strip mining and loop distribution (Allen and Kennedy 2001).
// @isa any
// @flags -fno-math-errno -DEP_VECTOR_MATH=1
// @functions 2
#pragma once

#include "ops/everypath_fused/passes.hpp"

namespace ep::op::everypath_fused::unfused {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return fuse_all<Blocked<Body, Passes<Body>>>(frame, arguments...);
}

}  // namespace ep::op::everypath_fused::unfused
