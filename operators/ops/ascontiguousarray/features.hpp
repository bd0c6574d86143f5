// SPDX-License-Identifier: Apache-2.0
// Size features of a copy: elements, length of the last axis, bytes an element, and its stride in elements there.
#pragma once

#include "everypath/array.hpp"

namespace ep::op::ascontiguousarray {

template <class T, int R>
inline void features(double* out, const Array<T, R>& in) {
  out[0] = static_cast<double>(in.size());
  out[1] = R > 0 ? static_cast<double>(in.shape[R > 0 ? R - 1 : 0]) : 1;
  out[2] = sizeof(T);
  const int64_t stride = R > 0 ? in.strides[R > 0 ? R - 1 : 0] / static_cast<int64_t>(sizeof(T)) : 1;
  out[3] = static_cast<double>(stride < 0 ? -stride : stride);
}

}  // namespace ep::op::ascontiguousarray
