// SPDX-License-Identifier: Apache-2.0
// @variant scan
// @role reference
// @summary One look at each element.
// @source Our own.
// @isa any
#pragma once

#include "ops/argextreme/first.hpp"

namespace ep::op::argextreme::scan {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return find<Attributes::least, Attributes::axis, Scan>(frame, in, out);
}

}  // namespace ep::op::argextreme::scan
