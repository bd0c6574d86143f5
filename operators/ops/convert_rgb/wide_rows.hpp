// SPDX-License-Identifier: Apache-2.0
// Rows in vectors wider than 16 bytes. Pixels are packed within each 128-bit lane, then the lanes are moved together; a
// whole vector is stored, and what lies beyond its pixels is written again by the next step.
#pragma once

#include "everypath/arguments.hpp"
#include "ops/convert_rgb/rows.hpp"

namespace ep::op::convert_rgb {
namespace {

template <int Width>
struct Wide {
  typedef uint8_t U8 __attribute__((vector_size(Width)));
  typedef uint32_t U32 __attribute__((vector_size(Width)));
  static constexpr auto bytes = __make_integer_seq<ep::detail::Sequence, int, Width>{};
  static constexpr auto words = __make_integer_seq<ep::detail::Sequence, int, Width / 4>{};

  static void grey(uint8_t* to, const uint8_t* from, int64_t pixels) {
    constexpr int64_t step = Width / 3 < 16 ? Width / 3 : 16;
    int64_t x = 0;
    for (; 3 * x + Width <= 3 * pixels && x + 16 <= pixels; x += step) {
      const U8 out = repeat(load(from + x), bytes);
      __builtin_memcpy(to + 3 * x, &out, Width);
    }
    Plain::grey(to + 3 * x, from + x, pixels - x);
  }

  static void drop_alpha(uint8_t* to, const uint8_t* from, int64_t pixels) {
    int64_t x = 0;
    for (; 3 * x + Width <= 3 * pixels; x += Width / 4) {
      U8 v;
      __builtin_memcpy(&v, from + 4 * x, Width);
      const U32 out = join((U32)pack(v, bytes), words);
      __builtin_memcpy(to + 3 * x, &out, Width);
    }
    Plain::drop_alpha(to + 3 * x, from + 4 * x, pixels - x);
  }

 private:
  template <int... I>
  static U8 repeat(Bytes16 v, ep::detail::Sequence<int, I...>) {
    return __builtin_shufflevector(v, v, (I / 3 < 16 ? I / 3 : 15)...);
  }
  template <int... I>
  static U8 pack(U8 v, ep::detail::Sequence<int, I...>) {
    return __builtin_shufflevector(v, v, (I % 16 < 12 ? I / 16 * 16 + I % 16 / 3 * 4 + I % 16 % 3 : I / 16 * 16)...);
  }
  template <int... I>
  static U32 join(U32 v, ep::detail::Sequence<int, I...>) {
    return __builtin_shufflevector(v, v, (I / 3 * 4 < Width / 4 ? I / 3 * 4 + I % 3 : 0)...);
  }
};

}  // namespace
}  // namespace ep::op::convert_rgb
