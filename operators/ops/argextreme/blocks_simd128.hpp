// SPDX-License-Identifier: Apache-2.0
// @variant blocks_simd128
// @algorithm blocks
// @summary Blocks in 128-bit WebAssembly vectors, then a second look at the block that won.
// @source Our own.
// @isa wasm32=wasm-simd128
#pragma once

#include "ops/argextreme/first.hpp"

namespace ep::op::argextreme::blocks_simd128 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return find<Attributes::least, Attributes::axis, Blocks>(frame, in, out);
}

}  // namespace ep::op::argextreme::blocks_simd128
