// SPDX-License-Identifier: Apache-2.0
// @variant by_libm
// @role reference
// @summary The largest, then exponentials by the C library, then the division.
// @source The definition.
// @isa any
// @flags -fno-math-errno -fno-vectorize -fno-slp-vectorize
#pragma once

#include "ops/softmax/rows.hpp"

namespace ep::op::softmax::by_libm {

template <class Attributes, class In, class Out>
Status run(Frame& frame, const In& in, Out& out) {
  return softmax<InOrder<Stored>, Attributes::axis>(frame, in, out);
}

}  // namespace ep::op::softmax::by_libm
