// SPDX-License-Identifier: Apache-2.0
// @variant plain
// @summary As it stands, vectorised where the compiler sees fit.
// @source The loop as the compiler writes it; only the code generator's settings differ.
// @isa any
// @flags -fno-unroll-loops
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::everypath_loop::plain {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return Body::run(frame, arguments...);
}

}  // namespace ep::op::everypath_loop::plain
