// SPDX-License-Identifier: Apache-2.0
// Size features of a sort: elements, length of the sorted axis, bytes an element.
#pragma once

#include "everypath/array.hpp"

namespace ep::op::sort {

template <class T, int R>
inline void features(double* out, const Array<T, R>& in) {
  out[0] = static_cast<double>(in.size());
  out[1] = static_cast<double>(in.shape[R - 1]);
  out[2] = sizeof(T);
}

}  // namespace ep::op::sort
