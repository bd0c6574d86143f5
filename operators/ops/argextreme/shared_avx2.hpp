// SPDX-License-Identifier: Apache-2.0
// @variant shared_avx2
// @algorithm shared
// @summary Rows, and parts of long rows, shared between threads; blocks in 256-bit vectors.
// @source Our own.
// @isa x86_64=x86-64-v3
// @threads several
#pragma once

#include "ops/argextreme/shared_rows.hpp"

namespace ep::op::argextreme::shared_avx2 {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return find<Attributes::least, Attributes::axis, Shared>(frame, in, out);
}

}  // namespace ep::op::argextreme::shared_avx2
