// SPDX-License-Identifier: Apache-2.0
// @variant unfused_simd128
// @algorithm unfused
// @summary Each function that costs much in a pass of its own over blocks of 256 elements, in 128-bit WebAssembly vectors.
// @source Our own, after strip mining and loop distribution (Allen and Kennedy 2001).
// @isa wasm32=wasm-simd128
// @flags -fno-math-errno -DEP_VECTOR_MATH=1
// @functions 2
#pragma once

#include "ops/everypath_fused/passes.hpp"

namespace ep::op::everypath_fused::unfused_simd128 {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return fuse_all<Blocked<Body, Passes<Body>>>(frame, arguments...);
}

}  // namespace ep::op::everypath_fused::unfused_simd128
