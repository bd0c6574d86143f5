// SPDX-License-Identifier: Apache-2.0
// @variant shared_neon
// @algorithm shared
// @summary Blocks of the result shared between threads, in packed tiles of 128-bit vectors.
// @source Smith et al., Anatomy of High-Performance Many-Threaded Matrix Multiplication (2014), threads over blocks of the result.
// @isa arm64=armv8-a
// @flags -ffp-contract=fast
// @threads several
#pragma once

#include "ops/matmul/shared_tiles.hpp"

namespace ep::op::matmul::shared_neon {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Shared<16, 6, 4>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::shared_neon
