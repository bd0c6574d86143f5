// SPDX-License-Identifier: Apache-2.0
// @variant simd128
// @algorithm blocked
// @summary Blocks of 256 contiguous elements in 128-bit WebAssembly vectors.
// @source Our own; NumPy's nditer merges axes the same way.
// @isa wasm32=wasm-simd128
// @flags -fno-math-errno -DEP_VECTOR_MATH=1
#pragma once

#include "ops/everypath_fused/walk.hpp"

namespace ep::op::everypath_fused::simd128 {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return fuse_all<Blocked<Body>>(frame, arguments...);
}

}  // namespace ep::op::everypath_fused::simd128
