// SPDX-License-Identifier: Apache-2.0
// @variant shared_avx512
// @algorithm shared
// @summary Blocks of the result shared between threads, in packed tiles of 512-bit vectors.
// @source Smith et al., Anatomy of High-Performance Many-Threaded Matrix Multiplication (2014), threads over blocks of the result.
// @isa x86_64=x86-64-v4
// @flags -ffp-contract=fast -mprefer-vector-width=512
// @threads several
#pragma once

#include "ops/matmul/shared_tiles.hpp"

namespace ep::op::matmul::shared_avx512 {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return multiply<Shared<64, 12, 2>>(frame, a, b, out);
}

}  // namespace ep::op::matmul::shared_avx512
