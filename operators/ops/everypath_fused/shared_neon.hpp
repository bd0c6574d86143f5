// SPDX-License-Identifier: Apache-2.0
// @variant shared_neon
// @algorithm shared
// @summary Blocks of 256 contiguous elements in 128-bit vectors, shared between threads beyond 131072 elements.
// @source Our own; NumPy's nditer merges axes the same way.
// @isa arm64=armv8-a
// @flags -fno-math-errno -DEP_VECTOR_MATH=1
// @threads several
#pragma once

#include "ops/everypath_fused/shared_blocks.hpp"

namespace ep::op::everypath_fused::shared_neon {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return fuse_all<Shared<Body>>(frame, arguments...);
}

}  // namespace ep::op::everypath_fused::shared_neon
