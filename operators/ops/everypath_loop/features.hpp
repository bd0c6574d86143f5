// SPDX-License-Identifier: Apache-2.0
// The size feature of a loop: the largest of the integers and lengths that it reads, which bounds how often it runs in
// the loops that people write (`range(n)`, `range(len(x))`).
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::everypath_loop {

namespace detail {
template <class T>
inline double work(const T& value) {
  if constexpr (__is_same(T, int64_t)) return value > 0 ? static_cast<double>(value) : 0;
  else if constexpr (is_array<T>) return static_cast<double>(value.size());
  else return 0;
}
}  // namespace detail

template <class... In>
inline void features(double* out, const In&... inputs) {
  out[0] = 1;
  ((out[0] = detail::work(inputs) > out[0] ? detail::work(inputs) : out[0]), ...);
}

}  // namespace ep::op::everypath_loop
