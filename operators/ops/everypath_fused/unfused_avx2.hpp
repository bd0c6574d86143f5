// SPDX-License-Identifier: Apache-2.0
// @variant unfused_avx2
// @algorithm unfused
// @summary Each function that costs much in a pass of its own over blocks of 256 elements, in 256-bit vectors.
// @source Our own, after strip mining and loop distribution (Allen and Kennedy 2001).
// @isa x86_64=x86-64-v3
// @flags -fno-math-errno -DEP_VECTOR_MATH=1 -mprefer-vector-width=256
// @functions 2
#pragma once

#include "ops/everypath_fused/passes.hpp"

namespace ep::op::everypath_fused::unfused_avx2 {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return fuse_all<Blocked<Body, Passes<Body>>>(frame, arguments...);
}

}  // namespace ep::op::everypath_fused::unfused_avx2
