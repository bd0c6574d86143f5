// SPDX-License-Identifier: Apache-2.0
// @variant packed_neon
// @algorithm packed
// @summary Packed tiles of 6 by 4 128-bit vectors with FMA.
// @source Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008).
// @isa arm64=armv8-a
// @flags -ffp-contract=fast
// @types *_2,*_2
#pragma once

#include "ops/matmul/packed_tiles.hpp"

namespace ep::op::matmul::packed_neon {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Packed<16, 6, 4>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::packed_neon
