// SPDX-License-Identifier: Apache-2.0
// @variant shared_radix
// @summary Four runs that threads sort by radix, merged two by two.
// @source Knuth, The Art of Computer Programming, volume 3, 5.2.4 and 5.2.5.
// @isa x86_64=x86-64-v2,arm64=armv8-a
// @threads several
#pragma once

#include "ops/argsort/shared_runs.hpp"

namespace ep::op::argsort::shared_radix {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<int64_t, R>& out) {
  return order_rows<SharedRuns>(frame, in, out);
}

}  // namespace ep::op::argsort::shared_radix
