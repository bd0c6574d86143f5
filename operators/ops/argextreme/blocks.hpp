// SPDX-License-Identifier: Apache-2.0
// @variant blocks
// @summary The extreme of each block in vectors, then a second look at the block that won.
// @source Our own.
// @isa any
#pragma once

#include "ops/argextreme/first.hpp"

namespace ep::op::argextreme::blocks {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return find<Attributes::least, Attributes::axis, Blocks>(frame, in, out);
}

}  // namespace ep::op::argextreme::blocks
