// SPDX-License-Identifier: Apache-2.0
// @variant packed_avx512
// @algorithm packed
// @summary 512-bit vectors and FMA; matrices in packed tiles of 12 by 2.
// @source Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008).
// @isa x86_64=x86-64-v4
// @flags -ffp-contract=fast -mprefer-vector-width=512
#pragma once

#include "ops/matmul/product.hpp"

namespace ep::op::matmul::packed_avx512 {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Vectors<64, 12, 2>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::packed_avx512
