// SPDX-License-Identifier: Apache-2.0
// @variant shared_avx512
// @algorithm shared
// @summary Four runs that threads sort by vectorised quicksort, merged in halves.
// @source Blacher et al. (2022); Odeh et al., Merge Path (2012).
// @isa x86_64=x86-64-v4
// @threads several
#pragma once

#include "ops/sort/compressed.hpp"
#include "ops/sort/shared_runs.hpp"

namespace ep::op::sort::shared_avx512 {

template <class Attributes, class T, int R>
Status run(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  return sort_rows<SharedRuns<Quick<Compressed>>>(frame, in, out);
}

}  // namespace ep::op::sort::shared_avx512
