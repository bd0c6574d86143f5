// SPDX-License-Identifier: Apache-2.0
// Size features of a fused chain: elements of the largest input, length of its last axis, inputs that are no scalars,
// and how many of them are not contiguous.
#pragma once

#include "everypath/broadcast.hpp"

namespace ep::op::everypath_fused {

namespace detail {
template <class In>
inline void count(double* out, const In& input) {
  if constexpr (!__is_arithmetic(In)) {
    const auto array = ep::detail::lane_source<8>(input);
    constexpr int rank = decltype(array)::rank;
    const double elements = static_cast<double>(array.size());
    out[2] += 1;
    if (!array.contiguous()) out[3] += 1;
    if (elements > out[0]) {
      out[0] = elements;
      out[1] = rank > 0 ? static_cast<double>(array.shape[rank > 0 ? rank - 1 : 0]) : 1;
    }
  }
}
}  // namespace detail

template <class... In>
inline void features(double* out, const In&... inputs) {
  for (int i = 0; i < 4; ++i) out[i] = 0;
  (detail::count(out, inputs), ...);
}

}  // namespace ep::op::everypath_fused
