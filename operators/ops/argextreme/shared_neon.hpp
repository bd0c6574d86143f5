// SPDX-License-Identifier: Apache-2.0
// @variant shared_neon
// @algorithm shared
// @summary Rows, and parts of long rows, shared between threads; blocks in 128-bit vectors.
// @source Our own.
// @isa arm64=armv8-a
// @threads several
#pragma once

#include "ops/argextreme/shared_rows.hpp"

namespace ep::op::argextreme::shared_neon {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return find<Attributes::least, Attributes::axis, Shared>(frame, in, out);
}

}  // namespace ep::op::argextreme::shared_neon
