// SPDX-License-Identifier: Apache-2.0
// @variant v3
// @algorithm plain
// @summary With the instructions of x86-64-v3.
// @source The loop as the compiler writes it; only the code generator's settings differ.
// @isa x86_64=x86-64-v3
// @flags -funroll-loops
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::everypath_loop::v3 {

template <class Body, class... Arguments>
Status run(Frame& frame, Arguments&... arguments) {
  return Body::run(frame, arguments...);
}

}  // namespace ep::op::everypath_loop::v3
