// SPDX-License-Identifier: Apache-2.0
// @variant strided
// @role reference
// @summary One element at a time through the strides, not vectorised: the smallest code.
// @source Our own; NumPy's nditer merges axes the same way.
// @isa any
// @flags -fno-vectorize -fno-slp-vectorize
#pragma once

#include "ops/everypath_fused/walk.hpp"

namespace ep::op::everypath_fused::strided {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return fuse_all<Strided<Body>>(frame, arguments...);
}

}  // namespace ep::op::everypath_fused::strided
