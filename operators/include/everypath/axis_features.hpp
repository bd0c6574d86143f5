// SPDX-License-Identifier: Apache-2.0
// Size features of an operator along an axis: elements, length of the last axis, bytes an element, and whether the input
// has gaps.
#pragma once

#include "everypath/array.hpp"

namespace ep::axis {

template <class T, int R>
inline void features(double* out, const Array<T, R>& in) {
  out[0] = static_cast<double>(in.size());
  out[1] = static_cast<double>(in.shape[R - 1]);
  out[2] = sizeof(T);
  out[3] = in.contiguous() ? 0 : 1;
}

}  // namespace ep::axis
