// SPDX-License-Identifier: Apache-2.0
// Size features of a product: rows, depth and columns as if both were matrices, and bytes an element.
#pragma once

#include "everypath/array.hpp"

namespace ep::op::matmul {

template <class T, int A, int B>
inline void features(double* out, const Array<T, A>& a, const Array<T, B>& b) {
  out[0] = A == 2 ? static_cast<double>(a.shape[0]) : 1;
  out[1] = static_cast<double>(a.shape[A - 1]);
  out[2] = B == 2 ? static_cast<double>(b.shape[B - 1]) : 1;
  out[3] = sizeof(T);
}

}  // namespace ep::op::matmul
