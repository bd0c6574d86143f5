// SPDX-License-Identifier: Apache-2.0
// @variant naive
// @role reference
// @summary One product after the other; rows of the right matrix are added up.
// @source The definition.
// @isa any
// @flags -fno-unroll-loops
#pragma once

#include "ops/matmul/product.hpp"

namespace ep::op::matmul::naive {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Naive>(frame, a, b, out);
}

}  // namespace ep::op::matmul::naive
