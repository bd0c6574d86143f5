// SPDX-License-Identifier: Apache-2.0
// @variant openblas
// @library openblas
// @summary OpenBLAS where it is installed; with threads of its own, which stay between calls and may reorder sums.
// @source Wang, Zhang, Zhang and Yi, AUGEM (2013), after Goto and van de Geijn (2008); interface: BLAS Technical Forum Standard (2001).
// @isa x86_64=x86-64 arm64=armv8-a
// @types float*,float*
#pragma once

#include "ops/matmul/blas.hpp"

namespace ep::op::matmul::openblas {

template <class Attributes, class A, class B, class Out>
Status run(Frame& frame, const A& a, const B& b, Out& out) {
  return blas_multiply(frame, a, b, out);
}

}  // namespace ep::op::matmul::openblas
