// SPDX-License-Identifier: Apache-2.0
// @variant compact
// @summary Small code: neither unrolled nor vectorised.
// @source The loop as the compiler writes it; only the code generator's settings differ.
// @isa any
// @flags -Os -fno-vectorize -fno-slp-vectorize -fno-unroll-loops
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::everypath_loop::compact {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return Body::run(frame, arguments...);
}

}  // namespace ep::op::everypath_loop::compact
