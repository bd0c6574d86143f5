// SPDX-License-Identifier: Apache-2.0
// @variant accelerate
// @library accelerate
// @summary The BLAS of Apple's Accelerate, on the processor's matrix unit; with threads of its own, which may reorder sums.
// @source Apple, Accelerate (vecLib); interface: BLAS Technical Forum Standard (2001).
// @isa x86_64=x86-64 arm64=armv8-a
// @types float*,float*
#pragma once

#include "ops/matmul/blas.hpp"

namespace ep::op::matmul::accelerate {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return blas_multiply(frame, a, b, out);
}

}  // namespace ep::op::matmul::accelerate
