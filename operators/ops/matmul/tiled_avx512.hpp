// SPDX-License-Identifier: Apache-2.0
// @variant tiled_avx512
// @algorithm tiled
// @summary Register tiles of 6 by 4 512-bit vectors with FMA, straight from the matrices.
// @source Van Zee and van de Geijn, BLIS: A Framework for Rapidly Instantiating BLAS Functionality (2015), its micro-kernel.
// @isa x86_64=x86-64-v4
// @flags -ffp-contract=fast -mprefer-vector-width=512
#pragma once

#include "ops/matmul/direct_tiles.hpp"

namespace ep::op::matmul::tiled_avx512 {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Tiled<64, 6, 4>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::tiled_avx512
