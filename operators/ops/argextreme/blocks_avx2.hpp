// SPDX-License-Identifier: Apache-2.0
// @variant blocks_avx2
// @algorithm blocks
// @summary Blocks in 256-bit vectors, then a second look at the block that won.
// @source Our own.
// @isa x86_64=x86-64-v3
#pragma once

#include "ops/argextreme/first.hpp"

namespace ep::op::argextreme::blocks_avx2 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return find<Attributes::least, Attributes::axis, Blocks>(frame, in, out);
}

}  // namespace ep::op::argextreme::blocks_avx2
