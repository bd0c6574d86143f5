// SPDX-License-Identifier: Apache-2.0
// @variant widened
// @summary One after the other, floats in double.
// @source The definition.
// @isa any
// @flags -fno-math-errno
#pragma once

#include "ops/reduce/axis.hpp"

namespace ep::op::reduce::widened {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return reduce_axis<Attributes::function, Attributes::axis, Sequential, Widened<Out>>(frame, in, out);
}

}  // namespace ep::op::reduce::widened
