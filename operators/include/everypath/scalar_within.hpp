// SPDX-License-Identifier: Apache-2.0
// The functions of scalar.hpp that are vectorised for most arguments, as `Body::apply_within` calls them: an argument
// beyond sets `outside`, and `Body::apply` answers instead.
#pragma once

#include "everypath/scalar.hpp"
#include "everypath/vector_math_within.hpp"

namespace ep::scalar::within {

template <class T> [[gnu::always_inline]] inline T sin(bool& outside, T x) {
  if constexpr (EP_VECTOR_MATH) return vector_math::within::sin(x, outside);
  else return scalar::sin<T>(x);
}
template <class T> [[gnu::always_inline]] inline T cos(bool& outside, T x) {
  if constexpr (EP_VECTOR_MATH) return vector_math::within::cos(x, outside);
  else return scalar::cos<T>(x);
}
template <class T> [[gnu::always_inline]] inline T log(bool& outside, T x) {
  if constexpr (EP_VECTOR_MATH) return vector_math::within::log(x, outside);
  else return scalar::log<T>(x);
}
template <class T> [[gnu::always_inline]] inline T power(bool& outside, T x, T y) {
  if constexpr (EP_VECTOR_MATH && vector_math::within::has_power<T>) return vector_math::within::power(x, y, outside);
  else return scalar::power<T>(x, y);
}
template <class T> [[gnu::always_inline]] inline T hypot(bool& outside, T x, T y) {
  if constexpr (EP_VECTOR_MATH) return vector_math::within::hypot(x, y, outside);
  else return scalar::hypot<T>(x, y);
}

}  // namespace ep::scalar::within
