// SPDX-License-Identifier: Apache-2.0
// @variant packed_neon
// @algorithm packed
// @summary 128-bit vectors and FMA; matrices in packed tiles of 6 by 4.
// @source Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008).
// @isa arm64=armv8-a
// @flags -ffp-contract=fast
#pragma once

#include "ops/matmul/product.hpp"

namespace ep::op::matmul::packed_neon {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Vectors<16, 6, 4>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::packed_neon
