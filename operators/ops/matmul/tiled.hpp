// SPDX-License-Identifier: Apache-2.0
// @variant tiled
// @summary Register tiles of 4 by 2 128-bit vectors straight from the matrices.
// @source Van Zee and van de Geijn, BLIS: A Framework for Rapidly Instantiating BLAS Functionality (2015), its micro-kernel.
// @isa any
#pragma once

#include "ops/matmul/direct_tiles.hpp"

namespace ep::op::matmul::tiled {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Tiled<16, 4, 2>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::tiled
