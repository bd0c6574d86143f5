// SPDX-License-Identifier: Apache-2.0
// @variant avx2
// @algorithm blocked
// @summary Blocks of 256 contiguous elements in 256-bit vectors.
// @source Our own; NumPy's nditer merges axes the same way.
// @isa x86_64=x86-64-v3
// @flags -fno-math-errno -DEP_VECTOR_MATH=1 -mprefer-vector-width=256
#pragma once

#include "ops/everypath_fused/walk.hpp"

namespace ep::op::everypath_fused::avx2 {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return fuse_all<Blocked<Body>>(frame, arguments...);
}

}  // namespace ep::op::everypath_fused::avx2
