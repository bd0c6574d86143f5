// SPDX-License-Identifier: Apache-2.0
// Size features of a top-k: elements, k, bytes an element.
#pragma once

#include "everypath/array.hpp"

namespace ep::op::topk {

template <class T>
inline void features(double* out, const Array<T, 1>& in, int64_t k) {
  out[0] = static_cast<double>(in.shape[0]);
  const int64_t kept = k < 0 ? in.shape[0] + k : k < in.shape[0] ? k : in.shape[0];
  out[1] = kept < 0 ? 0 : static_cast<double>(kept);
  out[2] = sizeof(T);
}

}  // namespace ep::op::topk
