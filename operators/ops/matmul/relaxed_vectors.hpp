// SPDX-License-Identifier: Apache-2.0
// Vectors of WebAssembly's relaxed SIMD: a product is added in one rounding where the processor has an instruction for
// it, in two elsewhere; both are within the operator's tolerance.
#pragma once

#include "ops/matmul/vectors.hpp"

namespace ep::op::matmul {
namespace {

struct RelaxedVectors : Vectors<16> {
  template <class T>
  [[gnu::always_inline]] static void add_product(Vector<T>& sum, Lane<T> left, const Vector<T>& right) {
    const Vector<T> factor = left - Vector<T>{};
    if constexpr (std::is_same_v<T, float>) sum = __builtin_wasm_relaxed_madd_f32x4(factor, right, sum);
    else if constexpr (std::is_same_v<T, double>) sum = __builtin_wasm_relaxed_madd_f64x2(factor, right, sum);
    else sum += factor * right;
  }
};

}  // namespace
}  // namespace ep::op::matmul
