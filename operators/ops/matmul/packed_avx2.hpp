// SPDX-License-Identifier: Apache-2.0
// @variant packed_avx2
// @algorithm packed
// @summary Packed tiles of 6 by 2 256-bit vectors with FMA.
// @source Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008).
// @isa x86_64=x86-64-v3
// @flags -ffp-contract=fast
// @types *_2,*_2
#pragma once

#include "ops/matmul/packed_tiles.hpp"

namespace ep::op::matmul::packed_avx2 {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Packed<32, 6, 2>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::packed_avx2
