// SPDX-License-Identifier: Apache-2.0
// @variant shared_radix
// @algorithm shared
// @summary Four runs that threads sort by radix, merged in halves.
// @source Odeh et al., Merge Path (2012).
// @isa x86_64=x86-64-v2,arm64=armv8-a
// @threads several
#pragma once

#include "ops/sort/shared_runs.hpp"

namespace ep::op::sort::shared_radix {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return sort_rows<SharedRuns<Radix<8>>>(frame, in, out);
}

}  // namespace ep::op::sort::shared_radix
