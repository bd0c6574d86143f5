// SPDX-License-Identifier: Apache-2.0
// The vectors of x86 at three levels.
#pragma once

#include "ops/resize_bilinear/lanes.hpp"

namespace ep::op::resize_bilinear {
namespace {

struct Sse41 : Vectors<16> {
  typedef long long I64 __attribute__((vector_size(16)));
  static I32 multiply_add(I16 a, I16 b) { return (I32)__builtin_ia32_pmaddwd128(a, b); }
  static U8 narrow(I32 a, I32 b, I32 c, I32 d) {
    return (U8)__builtin_ia32_packuswb128((I16)__builtin_ia32_packssdw128(a, b), (I16)__builtin_ia32_packssdw128(c, d));
  }
  static bool any(I32 lanes) { return !__builtin_ia32_ptestz128((I64)lanes, (I64)lanes); }
};

struct Avx2 : Vectors<32> {
  typedef long long I64 __attribute__((vector_size(32)));
  static I32 multiply_add(I16 a, I16 b) { return (I32)__builtin_ia32_pmaddwd256(a, b); }
  static U8 narrow(I32 a, I32 b, I32 c, I32 d) {
    return (U8)__builtin_ia32_packuswb256((I16)__builtin_ia32_packssdw256(a, b), (I16)__builtin_ia32_packssdw256(c, d));
  }
  static bool any(I32 lanes) { return !__builtin_ia32_ptestz256((I64)lanes, (I64)lanes); }
};

struct Avx512 : Vectors<64> {
  static I32 multiply_add(I16 a, I16 b) { return (I32)__builtin_ia32_pmaddwd512(a, b); }
  static U8 narrow(I32 a, I32 b, I32 c, I32 d) {
    return (U8)__builtin_ia32_packuswb512((I16)__builtin_ia32_packssdw512(a, b), (I16)__builtin_ia32_packssdw512(c, d));
  }
  static bool any(I32 lanes) {
    typedef int64_t I64 __attribute__((vector_size(64)));
    return __builtin_reduce_or((I64)lanes) != 0;
  }
};

}  // namespace
}  // namespace ep::op::resize_bilinear
