// SPDX-License-Identifier: Apache-2.0
// @variant unrolled
// @summary Unrolled.
// @source The loop as the compiler writes it; only the code generator's settings differ.
// @isa any
// @flags -funroll-loops
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::everypath_loop::unrolled {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return Body::run(frame, arguments...);
}

}  // namespace ep::op::everypath_loop::unrolled
