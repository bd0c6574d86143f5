// SPDX-License-Identifier: Apache-2.0
// @variant avx512
// @algorithm blocked
// @summary Blocks of 256 contiguous elements in 512-bit vectors.
// @source Our own; NumPy's nditer merges axes the same way.
// @isa x86_64=x86-64-v4
// @flags -fno-math-errno -DEP_VECTOR_MATH=1 -mprefer-vector-width=512
#pragma once

#include "ops/everypath_fused/walk.hpp"

namespace ep::op::everypath_fused::avx512 {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return fuse_all<Blocked<Body>>(frame, arguments...);
}

}  // namespace ep::op::everypath_fused::avx512
